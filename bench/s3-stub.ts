import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** One bucket in memory behind the requests of S3 that steps make: HEAD, GET (also of a range), PUT, copy, delete, list. */
export class S3Stub {
  readonly objects = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<S3Stub> {
    const server = createServer((request, response) => void stub.#answer(request, response));
    const stub = new S3Stub(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('the server is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const key = decodeURIComponent(pathname).split('/').slice(2).join('/');
    if (request.method === 'PUT') return this.#put(key, request, Buffer.concat(chunks), response);
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      response.writeHead(204).end();
    } else if (!key) response.end(this.#list(searchParams.get('prefix') ?? ''));
    else this.#get(key, request, response);
  }

  #put(key: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const source = request.headers['x-amz-copy-source'];
    if (typeof source !== 'string') {
      this.objects.set(key, body);
      response.setHeader('etag', etagOf(body)).end();
      return;
    }
    const copied = this.objects.get(decodeURIComponent(source).split('/').slice(1).join('/'));
    if (!copied) return void response.writeHead(404).end();
    this.objects.set(key, copied);
    response.end(`<CopyObjectResult><ETag>${etagOf(copied)}</ETag></CopyObjectResult>`);
  }

  #get(key: string, { method, headers }: IncomingMessage, response: ServerResponse): void {
    const object = this.objects.get(key);
    if (!object) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    const [, from, to] = headers.range?.match(/^bytes=(\d+)-(\d+)$/) ?? [];
    const body = from === undefined ? object : object.subarray(Number(from), Number(to) + 1);
    response.writeHead(from === undefined ? 200 : 206, {
      etag: etagOf(object),
      'content-length': body.length,
    });
    response.end(method === 'HEAD' ? undefined : body);
  }

  #list(prefix: string): string {
    const found = [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const entries = found.map(
      ([key, body]) =>
        `<Contents><Key>${key}</Key><Size>${body.length}</Size><ETag>${etagOf(body)}</ETag></Contents>`,
    );
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`;
  }
}

const etags = new WeakMap<Buffer, string>();

function etagOf(body: Buffer): string {
  const known = etags.get(body) ?? `"${createHash('md5').update(body).digest('hex')}"`;
  etags.set(body, known);
  return known;
}
