import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { gzip } from '../../shared/gzip/gzip.ts';
import type { Crew, Offer } from '../../shared/threads/shared-work.ts';
import { ThreadPool } from '../../shared/threads/thread-pool.ts';
import { compressed } from './compressing-thread.ts';
import { GO_ON, HELPERS } from './crashing-thread.ts';

const entry = new URL('./compressing-thread.ts', import.meta.url);
const MIB = 1 << 20;

test.each([1, 2, 3])('a work shared by %i threads comes out as done by one', async (threads) => {
  const pool = new ThreadPool<number, Uint8Array>({ entry, threads });
  try {
    const voxels = new Uint8Array(9 * MIB).fill(7);
    const alone = gzip([Uint8Array.of(1, 2, 3, 4), voxels], 'wide');
    const made = await Promise.all([pool.run(9 * MIB), pool.run(9 * MIB), pool.run(9 * MIB)]);
    for (const bytes of made) expect(Buffer.compare(bytes, alone)).toBe(0);
    expect(gunzipSync(made[0]).length).toBe(4 + 9 * MIB);
  } finally {
    await pool.close();
  }
});

test.each([1, 2, 3])('the thread that opens a pool of %i may be one of it', async (threads) => {
  const pool = new ThreadPool<number, Uint8Array>({ entry, threads, here: compressed });
  try {
    const alone = gzip([Uint8Array.of(1, 2, 3, 4), new Uint8Array(9 * MIB).fill(7)], 'wide');
    const jobs = Array.from({ length: threads }, () => pool.run(9 * MIB));
    for (const bytes of await Promise.all(jobs)) expect(Buffer.compare(bytes, alone)).toBe(0);
    expect(Buffer.compare(await pool.run(9 * MIB), alone)).toBe(0);
  } finally {
    await pool.close();
  }
});

test('memory that a helper may still write to when another one died is not used by the next job', async () => {
  const blocks: SharedArrayBuffer[][] = [];
  const offers: Offer[] = [];
  let started = 0;
  const helpers = new BroadcastChannel(HELPERS);
  helpers.onmessage = () => started++;
  const here = async (bytes: number, crew: Crew) => {
    const taken: SharedArrayBuffer[] = [];
    blocks.push(taken);
    const memory = (size: number) => {
      const block = crew.memory(size);
      taken.push(block);
      return block;
    };
    const offer = (one: Offer) => {
      // the second job does without help
      if (offers.push(one) > 1) return;
      crew.offer(one);
      // and the first begins when each helper has its piece
      const counts = new Int32Array(one.progress);
      for (let taken = 0; taken < 2; taken = Atomics.load(counts, 0)) Atomics.wait(counts, 0, taken, 10);
    };
    return compressed(bytes, { ...crew, memory, offer });
  };
  const pool = new ThreadPool<number, Uint8Array>({
    entry: new URL('./crashing-thread.ts', import.meta.url),
    threads: 3,
    here,
  });
  try {
    await vi.waitFor(() => expect(started).toBe(2), 30_000);
    await wait(200); // the pool has to hear of it as well
    const alone = gzip([Uint8Array.of(1, 2, 3, 4), new Uint8Array(9 * MIB).fill(7)], 'wide');
    expect(Buffer.compare(await pool.run(9 * MIB), alone)).toBe(0);
    const [[voxels, output]] = blocks;
    await pool.run(9 * MIB);
    for (const block of blocks[1]) expect([voxels, output]).not.toContain(block);
    const counts = new Int32Array(offers[0].progress);
    Atomics.add(counts, 0, GO_ON);
    Atomics.notify(counts, 0);
    await vi.waitFor(() => expect(new Uint8Array(output)[0]).toBe(0xee), 10_000);
  } finally {
    helpers.close();
    await pool.close();
  }
});

test('a stream is digested by a thread that is free', async () => {
  const pool = new ThreadPool<number, Uint8Array>({ entry, threads: 2, here: compressed });
  try {
    const chunks = Array.from({ length: 40 }, (_, i) => new Uint8Array(100_000 + i).fill(i));
    const digester = pool.digester()!;
    expect(pool.digester()).toBeUndefined();
    for (const chunk of chunks) await digester.update(chunk);
    const bytes = Buffer.concat(chunks);
    expect(await digester.end()).toEqual({ sha256: hash('sha256', bytes), md5: hash('md5', bytes) });
    await vi.waitFor(() => expect(pool.digester()).toBeDefined());
  } finally {
    await pool.close();
  }
});

test('digesting fails when its thread ends, and does not wait for ever', async () => {
  const pool = new ThreadPool<number, Uint8Array>({ entry, threads: 2, here: compressed });
  const digester = pool.digester()!;
  await digester.update(Uint8Array.of(1));
  await pool.close();
  const more = async () => {
    for (let i = 0; i < 20; i++) await digester.update(Uint8Array.of(1));
    return digester.end();
  };
  await expect(more()).rejects.toThrow('has ended');
});

test('what was shared is freed, however many works there are', async () => {
  const pool = new ThreadPool<number, Uint8Array>({ entry, threads: 2 });
  try {
    const run = async (count: number) => {
      for (let i = 0; i < count; i++) await pool.run(32 * MIB);
      return process.memoryUsage.rss();
    };
    const after8 = await run(8);
    expect((await run(24)) - after8).toBeLessThan(8 * 32 * MIB);
  } finally {
    await pool.close();
  }
});
