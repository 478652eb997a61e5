import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gzip } from '../../shared/gzip/gzip.ts';
import type { Crew } from '../../shared/threads/shared-work.ts';
import { ThreadPool } from '../../shared/threads/thread-pool.ts';
import { compressed } from './compressing-thread.ts';
import { SLOW_MS } from './crashing-thread.ts';

const entry = new URL('./compressing-thread.ts', import.meta.url);
const MIB = 1 << 20;

test.each([1, 2, 3])('a work shared by %i threads comes out as done by one', async (threads) => {
  const pool = new ThreadPool<number, Uint8Array>({ entry, threads });
  try {
    const voxels = new Uint8Array(9 * MIB).fill(7);
    const alone = gzip([Uint8Array.of(1, 2, 3, 4), voxels], 2);
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
    const alone = gzip([Uint8Array.of(1, 2, 3, 4), new Uint8Array(9 * MIB).fill(7)], 2);
    const jobs = Array.from({ length: threads }, () => pool.run(9 * MIB));
    for (const bytes of await Promise.all(jobs)) expect(Buffer.compare(bytes, alone)).toBe(0);
    expect(Buffer.compare(await pool.run(9 * MIB), alone)).toBe(0);
  } finally {
    await pool.close();
  }
});

/** Time for the threads of a pool to start. */
const START_MS = 1500;

test('memory that a helper may still write to when another one died is not used by the next job', async () => {
  const blocks: SharedArrayBuffer[][] = [];
  const here = async (bytes: number, crew: Crew) => {
    const taken: SharedArrayBuffer[] = [];
    blocks.push(taken);
    const memory = (size: number) => {
      const block = crew.memory(size);
      taken.push(block);
      return block;
    };
    return compressed(bytes, { ...crew, memory });
  };
  const pool = new ThreadPool<number, Uint8Array>({
    entry: new URL('./crashing-thread.ts', import.meta.url),
    threads: 3,
    here,
  });
  try {
    await wait(START_MS);
    const alone = gzip([Uint8Array.of(1, 2, 3, 4), new Uint8Array(9 * MIB).fill(7)], 2);
    expect(Buffer.compare(await pool.run(9 * MIB), alone)).toBe(0);
    const [[voxels, output]] = blocks;
    const before = Buffer.from(new Uint8Array(output).slice());
    await pool.run(9 * MIB);
    for (const block of blocks[1]) expect([voxels, output]).not.toContain(block);
    await wait(2 * SLOW_MS);
    expect(Buffer.compare(Buffer.from(new Uint8Array(output).slice()), before)).not.toBe(0);
  } finally {
    await pool.close();
  }
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
