import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histogramOf } from '../../shared/volume/histogram.ts';
import { mapVoxels } from '../../shared/volume/passes.ts';
import type { Volume } from '../../shared/volume/volume.ts';

const types = [Uint8Array, Int8Array, Uint16Array, Int16Array];

test.each(types)('counts every value of a %o, wherever it starts and ends', (Type) => {
  const bytes = fc.uint8Array({ minLength: 2, maxLength: 67 });
  fc.assert(
    fc.property(bytes, fc.nat(5), (content, skip) => {
      const offset = skip * Type.BYTES_PER_ELEMENT;
      const buffer = new Uint8Array([...new Uint8Array(offset), ...content]).buffer;
      const length = Math.floor(content.length / Type.BYTES_PER_ELEMENT);
      const voxels = new Type(buffer, offset, length);
      const { counts, min, max } = histogramOf({ voxels } as Volume)!;
      const counted = new Map<number, number>();
      for (const value of voxels) counted.set(value, (counted.get(value) ?? 0) + 1);
      const found = [...counts.entries()].filter(([, count]) => count > 0);
      expect(new Map(found.map(([i, count]) => [i + min, count]))).toEqual(counted);
      expect([min, max]).toEqual([Math.min(...voxels), Math.max(...voxels)]);
    }),
  );
});

test.each(types)('counts and maps a %o of several portions as one voxel after the other would', (Type) => {
  const voxels = new Type(Array.from({ length: 100_003 }, (_, i) => (i * 2_654_435_761) >>> 13));
  const { counts, min, max } = histogramOf({ voxels } as Volume)!;
  const expected = new Uint32Array(max - min + 1);
  for (const value of voxels) expected[value - min]++;
  expect(counts).toEqual(expected);

  const byteOf = (value: number) => (value * 7) & 255;
  const mapped = new Uint8Array(voxels.length);
  mapVoxels(voxels, { min, max }, byteOf, mapped);
  expect(mapped).toEqual(Uint8Array.from(voxels, byteOf));
});
