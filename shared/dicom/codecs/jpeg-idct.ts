import type { StoredValues } from './frame.ts';
import { ZIGZAG } from './jpeg-dct.ts';
import type { JpegFrame } from './jpeg-segments.ts';

// Constants of the transform in 13-bit fixed point, in the notation of the paper: c_n = cos(n pi / 16).
const FRACTION_BITS = 13;
const fixed = (value: number) => Math.round(value * (1 << FRACTION_BITS));
const cos = (n: number) => Math.cos((n * Math.PI) / 16);
const C6 = fixed(Math.SQRT2 * cos(6));
const C2_MINUS_C6 = fixed(Math.SQRT2 * (cos(2) - cos(6)));
const C2_PLUS_C6 = fixed(Math.SQRT2 * (cos(2) + cos(6)));
const C3 = fixed(Math.SQRT2 * cos(3));
const C5_MINUS_C3 = fixed(Math.SQRT2 * (cos(5) - cos(3)));
const C3_PLUS_C5 = fixed(Math.SQRT2 * (cos(3) + cos(5)));
const C7_MINUS_C3 = fixed(Math.SQRT2 * (cos(7) - cos(3)));
const C1_PLUS_C3 = fixed(Math.SQRT2 * (cos(1) + cos(3)));
const ODD_0 = fixed(Math.SQRT2 * (-cos(1) + cos(3) + cos(5) - cos(7)));
const ODD_1 = fixed(Math.SQRT2 * (cos(1) + cos(3) - cos(5) + cos(7)));
const ODD_2 = fixed(Math.SQRT2 * (cos(1) + cos(3) + cos(5) - cos(7)));
const ODD_3 = fixed(Math.SQRT2 * (cos(1) + cos(3) - cos(5) - cos(7)));

const block = new Int32Array(64);

/**
 * Samples of the frame from its coefficients: dequantization, the inverse DCT of Loeffler, Ligtenberg and
 * Moschytz ("Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989), level shift and clamping
 * to `maximum`. Fixed point of 13 bits, with two more bits between the passes for 8-bit frames and one for 12-bit
 * ones: the precision that makes the samples equal to those of libjpeg's accurate integer transform.
 */
export function inverseTransform(
  frame: JpegFrame,
  coefficients: Int16Array,
  quantization: Uint16Array,
  maximum: number,
  out: StoredValues,
): void {
  const { rows, columns, precision } = frame;
  const scales = new Int32Array(64);
  for (let k = 0; k < 64; k++) scales[ZIGZAG[k]] = quantization[k];
  const passBits = precision > 8 ? 1 : 2;
  const level = 1 << (precision - 1);
  let at = 0;
  for (let top = 0; top < rows; top += 8) {
    const height = Math.min(8, rows - top);
    for (let left = 0; left < columns; left += 8, at += 64) {
      const width = Math.min(8, columns - left);
      for (let i = 0; i < 64; i++) block[i] = Math.imul(coefficients[at + i], scales[i]);
      for (let column = 0; column < 8; column++) transform(column, 8, FRACTION_BITS - passBits);
      for (let row = 0; row < 64; row += 8) transform(row, 1, FRACTION_BITS + passBits + 3);
      for (let y = 0; y < height; y++) {
        const first = (top + y) * columns + left;
        for (let x = 0; x < width; x++) {
          const sample = block[8 * y + x] + level;
          out[first + x] = sample < 0 ? 0 : Math.min(sample, maximum);
        }
      }
    }
  }
}

/** One inverse transform of eight values of `block`, in place, rounded off by `down` bits. */
function transform(at: number, step: number, down: number): void {
  const s1 = block[at + step];
  const s2 = block[at + 2 * step];
  const s3 = block[at + 3 * step];
  const s4 = block[at + 4 * step];
  const s5 = block[at + 5 * step];
  const s6 = block[at + 6 * step];
  const s7 = block[at + 7 * step];
  const half = 1 << (down - 1);
  if ((s1 | s2 | s3 | s4 | s5 | s6 | s7) === 0) {
    const flat = ((block[at] << FRACTION_BITS) + half) >> down;
    for (let i = 0; i < 8; i++) block[at + i * step] = flat;
    return;
  }
  // Even part: the rotation by 6 pi / 16 of s2 and s6, and butterflies.
  const rotated = Math.imul(s2 + s6, C6);
  const e2 = rotated - Math.imul(s6, C2_PLUS_C6);
  const e3 = rotated + Math.imul(s2, C2_MINUS_C6);
  const e0 = ((block[at] + s4) << FRACTION_BITS) + half;
  const e1 = ((block[at] - s4) << FRACTION_BITS) + half;
  const a0 = e0 + e3;
  const a3 = e0 - e3;
  const a1 = e1 + e2;
  const a2 = e1 - e2;
  // Odd part: the three rotations share the product of C3 with the sum of all.
  const shared = Math.imul(s7 + s3 + s5 + s1, C3);
  const z3 = shared + Math.imul(s7 + s3, -C3_PLUS_C5);
  const z4 = shared + Math.imul(s5 + s1, C5_MINUS_C3);
  const z1 = Math.imul(s7 + s1, C7_MINUS_C3);
  const z2 = Math.imul(s5 + s3, -C1_PLUS_C3);
  const b0 = Math.imul(s7, ODD_0) + z1 + z3;
  const b1 = Math.imul(s5, ODD_1) + z2 + z4;
  const b2 = Math.imul(s3, ODD_2) + z2 + z3;
  const b3 = Math.imul(s1, ODD_3) + z1 + z4;
  block[at] = (a0 + b3) >> down;
  block[at + 7 * step] = (a0 - b3) >> down;
  block[at + step] = (a1 + b2) >> down;
  block[at + 6 * step] = (a1 - b2) >> down;
  block[at + 2 * step] = (a2 + b1) >> down;
  block[at + 5 * step] = (a2 - b1) >> down;
  block[at + 3 * step] = (a3 + b0) >> down;
  block[at + 4 * step] = (a3 - b0) >> down;
}
