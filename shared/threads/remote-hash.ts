import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** The hash of a stream of bytes. */
export interface StreamHash {
  update(chunk: Uint8Array): Promise<void> | void;
  /** In hexadecimal, after the last chunk. */
  digest(): Promise<string> | string;
}

/** Chunks sent and not hashed yet; more would only lie in memory. */
const CHUNKS_AHEAD = 8;

/** A hash that another thread makes while the bytes are on their way; `hashMessages` is there. */
export class RemoteHash implements StreamHash {
  readonly #port: MessagePort;
  readonly #failed: Promise<never>;
  readonly #digest: Promise<string>;
  #ahead = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#digest = new Promise((resolve) => {
      port.on('message', (answer: string | null) => {
        if (answer === null) this.#ahead--;
        else resolve(answer);
      });
    });
    this.#failed = once(port, 'close').then(() => {
      throw new Error('the thread that hashes has ended');
    });
    this.#failed.catch(() => {});
  }

  async update(chunk: Uint8Array): Promise<void> {
    while (this.#ahead >= CHUNKS_AHEAD) await Promise.race([once(this.#port, 'message'), this.#failed]);
    this.#ahead++;
    this.#port.postMessage(chunk);
  }

  async digest(): Promise<string> {
    this.#port.postMessage(null);
    try {
      return await Promise.race([this.#digest, this.#failed]);
    } finally {
      this.#port.close();
    }
  }
}

/** Hashes what comes through a port until a null comes, and answers each: with null, and with the digest in the end. */
export function hashMessages(port: MessagePort, algorithm: string): Promise<void> {
  const hash = createHash(algorithm);
  port.on('message', (chunk: Uint8Array | null) => {
    if (chunk) hash.update(chunk);
    port.postMessage(chunk ? null : hash.digest('hex'));
  });
  return once(port, 'close').then(() => {});
}
