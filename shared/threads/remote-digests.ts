import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** In hexadecimal. */
export interface Digests {
  sha256: string;
  md5: string;
}

/** Digests a stream of bytes, here or elsewhere. */
export interface Digester {
  update(chunk: Uint8Array): Promise<void> | void;
  /** After the last chunk. */
  end(): Promise<Digests> | Digests;
}

export function digesterHere() {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  return {
    update: (chunk: Uint8Array) => {
      sha256.update(chunk);
      md5.update(chunk);
    },
    end: (): Digests => ({ sha256: sha256.digest('hex'), md5: md5.digest('hex') }),
  } satisfies Digester;
}

/** Bytes go to the other thread in rooms of shared memory, which are filled and used again in turn. */
const ROOMS = 8;
const ROOM_BYTES = 1 << 20;

/** Another thread digests while the bytes are on their way; `digestMessages` is there. */
export class RemoteDigester implements Digester {
  readonly #port: MessagePort;
  readonly #rooms = Buffer.from(new SharedArrayBuffer(ROOMS * ROOM_BYTES));
  #room = 0;
  /** Bytes of the room that are filled. */
  #filled = 0;
  readonly #failed: Promise<never>;
  readonly #digests: Promise<Digests>;
  #ahead = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#digests = new Promise((resolve) => {
      port.on('message', (answer: Digests | null) => {
        if (answer === null) this.#ahead--;
        else resolve(answer);
      });
    });
    this.#failed = once(port, 'close').then(() => {
      throw new Error('the thread that digests has ended');
    });
    this.#failed.catch(() => {});
  }

  async update(chunk: Uint8Array): Promise<void> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let at = 0; at < bytes.length; ) {
      while (this.#ahead === ROOMS) await Promise.race([once(this.#port, 'message'), this.#failed]);
      const copied = bytes.copy(this.#roomLeft(), 0, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === ROOM_BYTES) this.#send();
    }
  }

  async end(): Promise<Digests> {
    if (this.#filled > 0) this.#send();
    this.#port.postMessage(null);
    try {
      return await Promise.race([this.#digests, this.#failed]);
    } finally {
      this.#port.close();
    }
  }

  #roomLeft(): Buffer {
    const start = this.#room * ROOM_BYTES;
    return this.#rooms.subarray(start + this.#filled, start + ROOM_BYTES);
  }

  #send(): void {
    const start = this.#room * ROOM_BYTES;
    this.#port.postMessage(this.#rooms.subarray(start, start + this.#filled));
    this.#room = (this.#room + 1) % ROOMS;
    this.#filled = 0;
    this.#ahead++;
  }
}

/** Digests what comes through a port until a null comes, and answers each: with null, and with the digests in the end. */
export async function digestMessages(port: MessagePort): Promise<void> {
  const digester = digesterHere();
  port.on('message', (chunk: Uint8Array | null) => {
    if (chunk) digester.update(chunk);
    port.postMessage(chunk ? null : digester.end());
  });
  await once(port, 'close');
}
