import type { Volume, VoxelArray } from './volume.ts';

/** How often each stored value occurs in a volume of 8 or 16 bit integers. */
export interface Histogram {
  /** The stored value that `counts[0]` is for. */
  first: number;
  counts: Uint32Array;
  /** Smallest and largest stored value that occurs. */
  min: number;
  max: number;
}

const histograms = new WeakMap<Volume, Histogram>();

/** The histogram of stored values, counted once a volume; undefined when the voxels are wider than 16 bit. */
export function histogramOf(volume: Volume): Histogram | undefined {
  const known = histograms.get(volume);
  if (known) return known;
  const counted = count(volume);
  if (counted) histograms.set(volume, counted);
  return counted;
}

function count({ voxels }: Volume): Histogram | undefined {
  const signed = voxels instanceof Int16Array || voxels instanceof Int8Array;
  const integers = signed || voxels instanceof Uint16Array || voxels instanceof Uint8Array;
  if (!integers || voxels.length === 0) return undefined;
  const size = 2 ** (8 * voxels.BYTES_PER_ELEMENT);
  // the bits of a signed value with the sign turned are its distance from the least one
  const sign = signed ? size / 2 : 0;
  const counts = new Uint32Array(size);
  const ofBits = countBits(voxels, size);
  for (let bits = 0; bits < size; bits++) counts[bits ^ sign] = ofBits[bits];
  let min = 0;
  while (counts[min] === 0) min++;
  let max = size - 1;
  while (counts[max] === 0) max--;
  return { first: -sign, counts, min: min - sign, max: max - sign };
}

/**
 * How often each pattern of bits occurs, counted by words of 32 bits. There are four tables, so that runs of one value do
 * not wait for their own last increment.
 */
function countBits(voxels: VoxelArray, size: number): Uint32Array {
  const [a, b, c, d] = Array.from({ length: 4 }, () => new Uint32Array(size));
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: bytes } = voxels;
  const words =
    byteOffset % 4 ? new Int32Array(0) : new Int32Array(buffer, byteOffset, (byteLength >> 3) << 1);
  if (bytes === 2) {
    for (let w = 0; w < words.length; w += 2) {
      const [low, high] = [words[w], words[w + 1]];
      a[low & 0xffff]++;
      b[low >>> 16]++;
      c[high & 0xffff]++;
      d[high >>> 16]++;
    }
  } else {
    for (let w = 0; w < words.length; w++) {
      const word = words[w];
      a[word & 0xff]++;
      b[(word >>> 8) & 0xff]++;
      c[(word >>> 16) & 0xff]++;
      d[word >>> 24]++;
    }
  }
  for (let v = (4 / bytes) * words.length; v < voxels.length; v++) a[voxels[v] & (size - 1)]++;
  for (let i = 0; i < size; i++) a[i] += b[i] + c[i] + d[i];
  return a;
}
