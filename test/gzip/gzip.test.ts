import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gunzipSync as fflateGunzip } from 'fflate';
import { describe, expect, test } from 'vitest';
import { PART_BYTES, type Search } from '../../shared/gzip/deflate.ts';
import { gzip } from '../../shared/gzip/gzip.ts';

const searches = ['wide', 'narrow', 'quick'] as const;
/** Bytes of a voxel. */
const WIDTH = { wide: 2, narrow: 1, quick: 1 };

function expectToComeBack(bytes: Uint8Array, search: Search) {
  const file = gzip([bytes], search);
  expect(gunzipSync(file).equals(bytes)).toBe(true);
  expect(Buffer.from(fflateGunzip(file)).equals(bytes)).toBe(true);
  return file;
}

/** Voxels that wander like tissue: `spread` says how far from one to the next. */
function tissue(count: number, spread: number): Uint8Array {
  let state = 1;
  let value = 0;
  const voxels = Int16Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    value += Math.floor((state / 2 ** 32) * (2 * spread + 1)) - spread;
    return value;
  });
  return new Uint8Array(voxels.buffer);
}

describe('what is compressed comes back, by zlib and by fflate', () => {
  test.each(searches)('anything, by a %s search', (search) => {
    const repeated = fc
      .tuple(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 40 }))
      .map(([part, times]) => Buffer.concat(Array.from({ length: times }, () => part)));
    const runs = fc
      .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 2000 })), { maxLength: 60 })
      .map((pairs) => Buffer.concat(pairs.map(([value, length]) => Buffer.alloc(length, value))));
    fc.assert(
      fc.property(fc.oneof(repeated, runs), (bytes) => {
        expectToComeBack(bytes.subarray(0, bytes.length - (bytes.length % WIDTH[search])), search);
      }),
      { numRuns: 300 },
    );
  });

  test.each(searches)('nothing, one voxel, and the lengths about a part, by a %s search', (search) => {
    const bytes = tissue(PART_BYTES + 8, 20);
    const width = WIDTH[search];
    for (const length of [0, width, PART_BYTES - width, PART_BYTES, PART_BYTES + width]) {
      expectToComeBack(bytes.subarray(0, length), search);
    }
  });

  test.each(searches)('tissue smooth and rough, by a %s search', (search) => {
    for (const spread of [0, 1, 5, 30, 200, 30_000]) expectToComeBack(tissue(300_000, spread), search);
  });

  test('counts so uneven that the best code is too long', () => {
    // Fibonacci counts make the deepest tree
    const parts: Buffer[] = [];
    let [a, b] = [1, 1];
    for (let value = 0; value < 24; value++) {
      parts.push(Buffer.from(Array.from({ length: a }, (_, i) => (i % 2 ? value : 255 - value))));
      [a, b] = [b, a + b];
    }
    for (const search of searches) expectToComeBack(Buffer.concat(parts).subarray(0, 80_000), search);
  });
});

test('noise grows by less than a hundredth', () => {
  const noise = Buffer.from(
    Array.from({ length: 50_000 }, (_, i) => createHash('md5').update(`${i}`).digest()[0]),
  );
  for (const search of searches) expect(gzip([noise], search).length).toBeLessThan(noise.length * 1.01);
});

test('a mask of nothing is small', () => {
  expect(gzip([new Uint8Array(26_214_400)]).length).toBeLessThan(30_000);
});

test.each(searches)(
  'the bytes of a %s search are these, on every machine and whatever was compressed before',
  (search) => {
    const sha256 = () =>
      createHash('sha256')
        .update(gzip([tissue(100_000, 12)], search))
        .digest('hex');
    const alone = sha256();
    expect(alone).toBe(
      {
        wide: '2ae941628e9ef7c8c69a833897873da05b684dff08b3d9b5edb0c09b501d39ec',
        narrow: '332c47e47b4d3860ef81b05d284d6e940bb8306586d310eb5d74d427d0d6a638',
        quick: '038d78bc45ec52bdbcd913fad525d797fec355f2d2345adb25e08fb4b7369b60',
      }[search],
    );
    for (const other of searches) gzip([tissue(50_000, 3)], other);
    gzip([new Uint8Array(PART_BYTES).fill(9)], 'wide');
    expect(sha256()).toBe(alone);
  },
);

test('memory does not grow with the number of volumes', () => {
  const volume = new Uint8Array(8 << 20).fill(7);
  gzip([volume]);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 20; i++) gzip([volume]);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
});
