import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a request: it passes, it is refused with an S3 error before the store sees it, the store does it but
 * the answer is lost in an error, another object is served, or nothing ever answers.
 */
type S3Error = [status: number, code: string];
export type Fate = 'pass' | { refuse: S3Error } | { lose: S3Error } | { serve: Uint8Array } | 'hang';

export interface FaultyS3 {
  url: string;
  close(): void;
}

/** An S3 endpoint in front of the real one; `fateOf` decides on each request, named as `PUT /bucket/key`. */
export async function faultyS3(fateOf: (name: string, request: IncomingMessage) => Fate): Promise<FaultyS3> {
  const upstream = new URL(process.env.AWS_ENDPOINT_URL!);
  const server = createServer((incoming, response) => {
    const name = `${incoming.method} ${incoming.url?.split('?')[0]}`;
    const fate = fateOf(name, incoming);
    if (fate === 'hang') return;
    if (typeof fate === 'object' && !('lose' in fate)) {
      incoming.resume().on('end', () => {
        if ('refuse' in fate) answer(response, fate.refuse);
        else response.writeHead(200, { 'content-length': fate.serve.length }).end(fate.serve);
      });
      return;
    }
    const { method, headers, url } = incoming;
    const outgoing = request(
      { host: upstream.hostname, port: upstream.port, path: url, method, headers },
      (done) => {
        if (typeof fate === 'object') done.resume().on('end', () => answer(response, fate.lose));
        else done.pipe(response.writeHead(done.statusCode ?? 500, done.headers));
      },
    );
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(response: ServerResponse, [status, code]: S3Error): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`);
}
