import { corrupt, type StoredValues, unsupported } from './frame.ts';
import { extend, type HuffmanTable, lookUp } from './jpeg-huffman.ts';
import { checkIntervalEnd, type JpegScan } from './jpeg-segments.ts';

/** A difference whose code and extra bits fit in so many bits together is found by one look-up. */
const WINDOW_BITS = 12;

/**
 * Lossless JPEG of process 14 (ITU-T T.81 annex H): each sample is the sum, modulo 2^16, of a prediction from its
 * neighbours and of a Huffman-coded difference. Gives samples of the frame's precision.
 * @throws CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT
 */
export function decodeLosslessScan(scan: JpegScan, out: StoredValues): void {
  const { frame, dcTable, start: predictor, low: pointTransform, restartInterval, entropy } = scan;
  const { rows, columns, precision } = frame;
  if (!dcTable) throw corrupt('the JPEG codestream lacks the Huffman table of its scan');
  if (predictor < 1 || predictor > 7) throw unsupported(`lossless JPEG of predictor ${predictor}`);
  if (pointTransform >= precision) throw corrupt('the JPEG codestream shifts its samples away');
  if (restartInterval % columns !== 0)
    throw corrupt('a restart interval of the JPEG codestream ends in a row');
  const rowsAnInterval = restartInterval === 0 ? rows : restartInterval / columns;
  const intervals = Math.ceil(rows / rowsAnInterval);
  if (entropy.starts.length - 1 !== intervals) {
    throw corrupt(`the JPEG codestream has ${entropy.starts.length - 1} of ${intervals} restart intervals`);
  }
  const samples = new Uint16Array(out.buffer, out.byteOffset, out.length);
  const { data } = entropy;
  const differences = differenceTable(dcTable);
  let bit = 0;

  const nextDifference = (): number => {
    const at = bit >> 3;
    const window = ((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]) << (bit & 7);
    const found = differences[(window >> (24 - WINDOW_BITS)) & ((1 << WINDOW_BITS) - 1)];
    if (found !== 0) {
      bit += found & 63;
      return found >> 6;
    }
    const code = lookUp(dcTable, (window >> 8) & 0xffff);
    const size = code & 255;
    bit += code >> 8;
    if (size === 0) return 0;
    if (size === 16) return 32768;
    if (size > 16) throw corrupt('the JPEG codestream has a difference of more than 16 bits');
    const after = bit >> 3;
    const extra = ((data[after] << 16) | (data[after + 1] << 8) | data[after + 2]) << (bit & 7);
    bit += size;
    return extend((extra & 0xffffff) >> (24 - size), size);
  };

  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    const last = first + columns;
    const startsInterval = row % rowsAnInterval === 0;
    if (startsInterval) bit = 8 * entropy.starts[row / rowsAnInterval];
    const startOfRow = startsInterval ? 1 << (precision - pointTransform - 1) : samples[first - columns];
    let left = (startOfRow + nextDifference()) & 0xffff;
    samples[first] = left;
    if (startsInterval || predictor === 1) {
      for (let i = first + 1; i < last; i++) {
        left = (left + nextDifference()) & 0xffff;
        samples[i] = left;
      }
    } else {
      for (let i = first + 1; i < last; i++) {
        const prediction = predict(predictor, left, samples[i - columns], samples[i - columns - 1]);
        left = (prediction + nextDifference()) & 0xffff;
        samples[i] = left;
      }
    }
    const endsInterval = (row + 1) % rowsAnInterval === 0 || row + 1 === rows;
    if (endsInterval) checkIntervalEnd(entropy, Math.floor(row / rowsAnInterval), bit);
    else if (bit > 8 * entropy.starts[entropy.starts.length - 1]) {
      throw corrupt(`the entropy-coded data of the JPEG codestream ends in row ${row} of ${rows}`);
    }
  }
  if (pointTransform > 0) for (let i = 0; i < samples.length; i++) samples[i] <<= pointTransform;
}

/** Table H.1, predictors 2 to 7 (the first is the left neighbour alone). */
function predict(predictor: number, left: number, above: number, aboveLeft: number): number {
  switch (predictor) {
    case 2:
      return above;
    case 3:
      return aboveLeft;
    case 4:
      return left + above - aboveLeft;
    case 5:
      return left + ((above - aboveLeft) >> 1);
    case 6:
      return above + ((left - aboveLeft) >> 1);
    default:
      return (left + above) >> 1;
  }
}

/** By the next 12 bits: difference << 6 | bits it takes, or 0 when it takes more than there are. */
function differenceTable(table: HuffmanTable): Int32Array {
  const differences = new Int32Array(1 << WINDOW_BITS);
  for (let window = 0; window < differences.length; window++) {
    const code = table.lookup[window >> (WINDOW_BITS - 9)];
    const size = code & 255;
    const bits = (code >> 8) + size;
    if (code === 0 || bits > WINDOW_BITS || size > 15) continue;
    const extra = (window >> (WINDOW_BITS - bits)) & ((1 << size) - 1);
    differences[window] = ((size === 0 ? 0 : extend(extra, size)) << 6) | bits;
  }
  return differences;
}
