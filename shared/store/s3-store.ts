import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { DatasetError, type ErrorCode } from '../errors.ts';
import type { Body, ByteRange, PutCondition, Store, StoredObject } from './store.ts';

/** Parts of a multipart upload: S3 wants at least 5 MiB each, and at most 10,000 of them. */
const PART_BYTES = 16 << 20;
/** CopyObject takes objects up to 5 GB; larger ones are copied in parts. */
const COPY_LIMIT_BYTES = 5e9;
const COPY_PART_BYTES = 1 << 30;

const CODE_OF_STATUS: Record<number, ErrorCode> = {
  401: 'STORE_DENIED',
  403: 'STORE_DENIED',
  404: 'STORE_MISSING',
  409: 'STORE_CONFLICT',
  412: 'STORE_CONFLICT',
  507: 'STORE_FULL',
};

/**
 * A prefix of a bucket as a store, on AWS or on any S3-compatible server (`AWS_ENDPOINT_URL`). Throttled and failed
 * requests are tried again by the SDK; a body that ends early is an error, never short data.
 */
export class S3Store implements Store {
  readonly url: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /** @param prefix empty, or ending in `/` */
  constructor(client: S3Client, bucket: string, prefix: string) {
    this.url = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /** @throws USAGE when the URL is no `s3://bucket/prefix` */
  static fromUrl(url: string, client = s3Client()): S3Store {
    const [, bucket, path = ''] = url.match(/^s3:\/\/([^/]+)(?:\/(.*))?$/) ?? [];
    if (!bucket) throw new DatasetError('USAGE', `'${url}' is no s3://bucket/prefix`);
    const prefix = path.replace(/\/+$/, '');
    return new S3Store(client, bucket, prefix ? `${prefix}/` : '');
  }

  async head(key: string): Promise<StoredObject | undefined> {
    try {
      const { ContentLength = 0, ETag = '' } = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return { key, bytes: ContentLength, etag: ETag };
    } catch (error) {
      const failure = this.#failure(error, key);
      if (failure instanceof DatasetError && failure.code === 'STORE_MISSING') return undefined;
      throw failure;
    }
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    if (range?.length === 0) return new Uint8Array();
    const Range = range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
    try {
      const { Body, ContentLength } = await this.#client.send(
        new GetObjectCommand({ ...this.#at(key), Range }),
      );
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      this.#checkLength(key, bytes.length, ContentLength);
      return bytes;
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async *stream(key: string): AsyncIterable<Uint8Array> {
    try {
      const { Body, ContentLength } = await this.#client.send(new GetObjectCommand(this.#at(key)));
      let bytes = 0;
      for await (const chunk of Body as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        yield chunk;
      }
      this.#checkLength(key, bytes, ContentLength);
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async put(key: string, body: Body, condition?: PutCondition): Promise<StoredObject> {
    if (body instanceof Uint8Array) return this.#putWhole(key, body, condition);
    const parts = inParts(body);
    const first = await parts.next();
    const head = first.done ? new Uint8Array() : first.value;
    if (head.length < PART_BYTES) return this.#putWhole(key, head, condition);
    return this.#putInParts(key, head, parts, condition);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    let token: string | undefined;
    do {
      const request = { Bucket: this.#bucket, Prefix: this.#prefix + prefix, ContinuationToken: token };
      const page = await this.#try(prefix, () => this.#client.send(new ListObjectsV2Command(request)));
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        yield { key: Key.slice(this.#prefix.length), bytes: Size, etag: ETag };
      }
      token = page.NextContinuationToken;
    } while (token);
  }

  async delete(key: string): Promise<void> {
    await this.#try(key, () => this.#client.send(new DeleteObjectCommand(this.#at(key))));
  }

  async copy(from: string, to: string): Promise<StoredObject> {
    const source = await this.head(from);
    if (!source)
      throw new DatasetError('STORE_MISSING', `${from}: there is no such object`, { keys: [from] });
    const CopySource = encodeURIComponent(`${this.#bucket}/${this.#prefix}${from}`).replaceAll('%2F', '/');
    if (source.bytes > COPY_LIMIT_BYTES) return this.#copyInParts(source, CopySource, to);
    const request = new CopyObjectCommand({ ...this.#at(to), CopySource });
    const { CopyObjectResult } = await this.#try(from, () => this.#client.send(request));
    return { key: to, bytes: source.bytes, etag: CopyObjectResult?.ETag ?? '' };
  }

  async #putWhole(key: string, body: Uint8Array, condition?: PutCondition): Promise<StoredObject> {
    const request = new PutObjectCommand({ ...this.#at(key), Body: body, ...headersOf(condition) });
    const { ETag = '' } = await this.#try(key, () => this.#client.send(request));
    return { key, bytes: body.length, etag: ETag };
  }

  async #putInParts(
    key: string,
    head: Uint8Array,
    rest: AsyncIterable<Uint8Array>,
    condition?: PutCondition,
  ): Promise<StoredObject> {
    let bytes = 0;
    const etag = await this.#multipart(key, condition, async (upload) => {
      const parts: CompletedPart[] = [];
      for await (const body of prepended(head, rest)) {
        const part = { ...upload, PartNumber: parts.length + 1, Body: body };
        const { ETag } = await this.#client.send(new UploadPartCommand(part));
        parts.push({ PartNumber: part.PartNumber, ETag });
        bytes += body.length;
      }
      return parts;
    });
    return { key, bytes, etag };
  }

  async #copyInParts(source: StoredObject, CopySource: string, to: string): Promise<StoredObject> {
    const etag = await this.#multipart(to, undefined, async (upload) => {
      const parts: CompletedPart[] = [];
      for (let from = 0; from < source.bytes; from += COPY_PART_BYTES) {
        const CopySourceRange = `bytes=${from}-${Math.min(from + COPY_PART_BYTES, source.bytes) - 1}`;
        const part = { ...upload, PartNumber: parts.length + 1, CopySource, CopySourceRange };
        const { CopyPartResult } = await this.#client.send(new UploadPartCopyCommand(part));
        parts.push({ PartNumber: part.PartNumber, ETag: CopyPartResult?.ETag });
      }
      return parts;
    });
    return { key: to, bytes: source.bytes, etag };
  }

  /** Nothing is visible before the last part is in; a failed upload is aborted, so that its parts cost nothing. */
  async #multipart(
    key: string,
    condition: PutCondition | undefined,
    send: (upload: { Bucket: string; Key: string; UploadId: string }) => Promise<CompletedPart[]>,
  ): Promise<string> {
    const created = await this.#try(key, () =>
      this.#client.send(new CreateMultipartUploadCommand(this.#at(key))),
    );
    const upload = { ...this.#at(key), UploadId: created.UploadId ?? '' };
    try {
      const Parts = await send(upload);
      const request = { ...upload, MultipartUpload: { Parts }, ...headersOf(condition) };
      const { ETag = '' } = await this.#client.send(new CompleteMultipartUploadCommand(request));
      return ETag;
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw this.#failure(error, key);
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  #checkLength(key: string, bytes: number, announced: number | undefined): void {
    if (announced === undefined || announced === bytes) return;
    const message = `${key}: ${bytes} of ${announced} bytes arrived`;
    throw new DatasetError('STORE_UNREADABLE', message, { keys: [key] });
  }

  async #try<T>(key: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  #failure(error: unknown, key: string): Error {
    if (!(error instanceof S3ServiceException)) {
      if (error instanceof DatasetError || !isTransport(error)) return error as Error;
      const message = `${key}: ${(error as Error).message}`;
      return new DatasetError('STORE_UNREADABLE', message, { keys: [key], cause: error });
    }
    const code = CODE_OF_STATUS[error.$metadata.httpStatusCode ?? 0] ?? 'STORE_UNREADABLE';
    const message = `${key}: ${error.name}: ${error.message}`;
    return new DatasetError(code, message, { keys: [key], cause: error });
  }
}

/** The client of this process: endpoint, region and credentials from the environment, as every AWS tool reads them. */
export function s3Client(): S3Client {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  return new S3Client({ forcePathStyle: endpoint !== undefined, maxAttempts: 6, retryMode: 'standard' });
}

function headersOf(condition: PutCondition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  if (!condition) return {};
  return 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatch };
}

/** Connections that were refused, reset or cut have an errno, or its name alone; errors of a body's producer do not. */
function isTransport(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errno' in error || '$metadata' in error || error.name === 'TimeoutError') return true;
  return 'code' in error && error.code === 'ECONNRESET';
}

/** Chunks gathered into parts of `PART_BYTES`, the last one shorter. */
async function* inParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    const joined = Buffer.concat(waiting);
    let from = 0;
    for (; from + PART_BYTES <= joined.length; from += PART_BYTES)
      yield joined.subarray(from, from + PART_BYTES);
    waiting = [joined.subarray(from)];
    bytes = joined.length - from;
  }
  if (bytes) yield Buffer.concat(waiting);
}

async function* prepended(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
