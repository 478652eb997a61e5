import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gunzipSync as fflateGunzip } from 'fflate';
import { describe, expect, test } from 'vitest';
import { PART_BYTES } from '../../shared/gzip/deflate.ts';
import { gzip } from '../../shared/gzip/gzip.ts';

const widths = [1, 2] as const;

function expectToComeBack(bytes: Uint8Array, voxelBytes: 1 | 2) {
  const file = gzip([bytes], voxelBytes);
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
  test.each(widths)('anything, in voxels of %i bytes', (voxelBytes) => {
    const repeated = fc
      .tuple(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 40 }))
      .map(([part, times]) => Buffer.concat(Array.from({ length: times }, () => part)));
    const runs = fc
      .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 2000 })), { maxLength: 60 })
      .map((pairs) => Buffer.concat(pairs.map(([value, length]) => Buffer.alloc(length, value))));
    fc.assert(
      fc.property(fc.oneof(repeated, runs), (bytes) => {
        expectToComeBack(bytes.subarray(0, bytes.length - (bytes.length % voxelBytes)), voxelBytes);
      }),
      { numRuns: 300 },
    );
  });

  test.each(widths)(
    'nothing, one voxel, and the lengths about a part, in voxels of %i bytes',
    (voxelBytes) => {
      const bytes = tissue(PART_BYTES + 8, 20);
      for (const length of [0, voxelBytes, PART_BYTES - voxelBytes, PART_BYTES, PART_BYTES + voxelBytes]) {
        expectToComeBack(bytes.subarray(0, length), voxelBytes);
      }
    },
  );

  test.each(widths)('tissue smooth and rough, in voxels of %i bytes', (voxelBytes) => {
    for (const spread of [0, 1, 5, 30, 200, 30_000]) expectToComeBack(tissue(300_000, spread), voxelBytes);
  });

  test('counts so uneven that the best code is too long', () => {
    // Fibonacci counts make the deepest tree
    const parts: Buffer[] = [];
    let [a, b] = [1, 1];
    for (let value = 0; value < 24; value++) {
      parts.push(Buffer.from(Array.from({ length: a }, (_, i) => (i % 2 ? value : 255 - value))));
      [a, b] = [b, a + b];
    }
    for (const width of widths) expectToComeBack(Buffer.concat(parts).subarray(0, 80_000), width);
  });
});

test('noise grows by less than a hundredth', () => {
  const noise = Buffer.from(
    Array.from({ length: 50_000 }, (_, i) => createHash('md5').update(`${i}`).digest()[0]),
  );
  for (const width of widths) expect(gzip([noise], width).length).toBeLessThan(noise.length * 1.01);
});

test('a mask of nothing is small', () => {
  expect(gzip([new Uint8Array(26_214_400)]).length).toBeLessThan(30_000);
});

test('the bytes are these, on every machine and whatever was compressed before', () => {
  const sha256 = () =>
    createHash('sha256')
      .update(gzip([tissue(100_000, 12)], 2))
      .digest('hex');
  const alone = sha256();
  expect(alone).toMatchInlineSnapshot(`"2ae941628e9ef7c8c69a833897873da05b684dff08b3d9b5edb0c09b501d39ec"`);
  gzip([tissue(50_000, 3)], 1);
  gzip([new Uint8Array(PART_BYTES).fill(9)], 2);
  expect(sha256()).toBe(alone);
});

test('memory does not grow with the number of volumes', () => {
  const volume = new Uint8Array(8 << 20).fill(7);
  gzip([volume]);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 20; i++) gzip([volume]);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
});
