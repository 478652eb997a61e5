import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether Debian's packages `orthanc` and `dcmtk` (storescu) are installed. */
export function orthancInstalled(): boolean {
  try {
    for (const tool of ['Orthanc', 'storescu']) execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const USER = 'researcher';
export const PASSWORD = 'phantom';

/** A real Orthanc on loopback, empty when it starts, with one user. */
export class OrthancServer {
  readonly url: string;
  readonly dicomPort: number;
  #process: ChildProcess | undefined;
  readonly #configuration: string;

  private constructor(url: string, dicomPort: number, configuration: string) {
    this.url = url;
    this.dicomPort = dicomPort;
    this.#configuration = configuration;
  }

  static async start(): Promise<OrthancServer> {
    const folder = mkdtempSync(join(tmpdir(), 'recist-orthanc-'));
    const [httpPort, dicomPort] = [await freePort(), await freePort()];
    const configuration = join(folder, 'orthanc.json');
    const settings = {
      StorageDirectory: join(folder, 'storage'),
      IndexDirectory: join(folder, 'storage'),
      HttpPort: httpPort,
      DicomPort: dicomPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: true,
      RegisteredUsers: { [USER]: PASSWORD },
      DicomAlwaysAllowStore: true,
      DicomCheckCalledAet: false,
      Plugins: [],
    };
    writeFileSync(configuration, JSON.stringify(settings));
    const server = new OrthancServer(`http://127.0.0.1:${httpPort}`, dicomPort, configuration);
    await server.resume();
    return server;
  }

  /** Starts the server again over the same storage. */
  async resume(): Promise<void> {
    this.#process = spawn('Orthanc', [this.#configuration], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await this.call('/system').catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('Orthanc did not start');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process?.once('exit', resolve));
    this.#process?.kill('SIGTERM');
    await ended;
  }

  call(path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
    return fetch(this.url + path, { ...init, headers: { authorization } });
  }

  /** Puts every file of a folder in through REST. */
  async upload(folder: string): Promise<void> {
    for (const name of readdirSync(folder).sort()) await this.uploadFile(join(folder, name));
  }

  async uploadFile(path: string): Promise<void> {
    const answer = await this.call('/instances', { method: 'POST', body: readFileSync(path) });
    if (!answer.ok) throw new Error(`Orthanc refused ${path}: ${answer.status}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
