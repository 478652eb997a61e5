import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gunzipSync as fflateGunzip } from 'fflate';
import { expect, test } from 'vitest';
import { gzip } from '../../shared/gzip/gzip.ts';

const efforts = fc.constantFrom<'image' | 'mask'>('image', 'mask');

test('what is compressed comes back, by zlib and by fflate', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 5000 }),
      efforts,
      fc.integer({ min: 1, max: 40 }),
      (part, effort, times) => {
        const bytes = Buffer.concat(Array.from({ length: times }, () => part));
        const file = gzip(bytes, effort);
        expect(gunzipSync(file).equals(bytes)).toBe(true);
        expect(Buffer.from(fflateGunzip(file)).equals(bytes)).toBe(true);
      },
    ),
  );
});

test('the bytes are these, on every machine', () => {
  const voxels = Int16Array.from({ length: 100_000 }, (_, v) => Math.imul(v, 2654435761) >> 22);
  const sha256 = createHash('sha256')
    .update(gzip(new Uint8Array(voxels.buffer), 'image'))
    .digest('hex');
  expect(sha256).toMatchInlineSnapshot(`"59fe2918c2e408208957306f90d168beab19237985f8af994beec550b0058094"`);
});

test('memory does not grow with the number of volumes', () => {
  const volume = new Uint8Array(8 << 20).fill(7);
  gzip(volume, 'image');
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 20; i++) gzip(volume, 'image');
  expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
});
