import type * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';

export interface OrthancAccess {
  /** Base URL of the REST API, such as `http://127.0.0.1:8042`. */
  url: string;
  user?: string | undefined;
  password?: string | undefined;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 250;

/**
 * Orthanc's REST API, as much of it as a download needs. A cut connection or a server error is tried again a few
 * times; a refusal is not.
 */
export class OrthancClient {
  readonly #access: OrthancAccess;
  readonly #signal: AbortSignal;

  constructor(access: OrthancAccess, signal: AbortSignal) {
    this.#access = access;
    this.#signal = signal;
  }

  /** @throws PACS_UNREACHABLE, PACS_DENIED, PACS_MISSING, PACS_FAILED */
  async getJson<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.output<S>> {
    return this.#parse(path, await this.#bytes(path), schema);
  }

  async postJson<S extends z.ZodMiniType>(path: string, body: unknown, schema: S): Promise<z.output<S>> {
    return this.#parse(path, await this.#bytes(path, JSON.stringify(body)), schema);
  }

  /** The whole body; one that ends before its announced length counts as a cut connection. */
  async getBytes(path: string): Promise<Uint8Array> {
    return this.#bytes(path);
  }

  async #bytes(path: string, body?: string): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(path, body);
      } catch (error) {
        this.#signal.throwIfAborted();
        const again = error instanceof DatasetError && error.code === 'PACS_UNREACHABLE';
        if (!again || attempt === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
      }
    }
  }

  async #once(path: string, body?: string): Promise<Uint8Array> {
    const { url, user, password } = this.#access;
    const at = `${url.replace(/\/$/, '')}${path}`;
    const headers: Record<string, string> = {};
    if (user !== undefined) {
      headers.authorization = `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
    }
    const method = body === undefined ? 'GET' : 'POST';
    let response: Response;
    try {
      response = await fetch(at, {
        method,
        headers,
        signal: this.#signal,
        ...(body !== undefined && { body }),
      });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      const message = `${at} does not answer; is the server running, and the address right?`;
      throw new DatasetError('PACS_UNREACHABLE', message, { keys: [path], cause });
    }
    throw refusal(response.status, at, path);
  }

  #parse<S extends z.ZodMiniType>(path: string, bytes: Uint8Array, schema: S): z.output<S> {
    try {
      return schema.parse(JSON.parse(Buffer.from(bytes).toString()));
    } catch (cause) {
      const message = `${path} gave no answer an Orthanc server gives; is this address one?`;
      throw new DatasetError('PACS_FAILED', message, { keys: [path], cause });
    }
  }
}

function refusal(status: number, at: string, path: string): DatasetError {
  const options = { keys: [path] };
  if (status === 401 || status === 403) {
    const message = `${at} refused access (${status}); check --user and the variable ORTHANC_PASSWORD`;
    return new DatasetError('PACS_DENIED', message, options);
  }
  if (status === 404)
    return new DatasetError('PACS_MISSING', `${at} is not on the server (any more)`, options);
  if (status >= 500)
    return new DatasetError('PACS_UNREACHABLE', `${at} failed with status ${status}`, options);
  return new DatasetError('PACS_FAILED', `${at} answered with status ${status}`, options);
}
