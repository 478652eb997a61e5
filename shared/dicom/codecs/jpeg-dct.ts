import { corrupt } from './frame.ts';
import { extend, type HuffmanTable, lookUp } from './jpeg-huffman.ts';
import { checkIntervalEnd, type JpegScan } from './jpeg-segments.ts';

/** Index in a row-major block of the coefficients in zigzag order (T.81 figure A.6). */
export const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6],
  ...[7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31],
  ...[39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

/** Reads bits of entropy-coded data, and what the intervals of a scan carry from block to block. */
class BlockReader {
  readonly data: Uint8Array;
  readonly dcTable: HuffmanTable | undefined;
  readonly acTable: HuffmanTable | undefined;
  readonly start: number;
  readonly end: number;
  readonly low: number;
  bit = 0;
  lastDc = 0;
  /** Blocks still to come whose band has no further new coefficient (EOBRUN, T.81 G.1.2.2). */
  endOfBandRun = 0;

  constructor(scan: JpegScan) {
    this.data = scan.entropy.data;
    this.dcTable = scan.dcTable;
    this.acTable = scan.acTable;
    this.start = scan.start;
    this.end = scan.end;
    this.low = scan.low;
  }

  startInterval(byte: number): void {
    this.bit = 8 * byte;
    this.lastDc = 0;
    this.endOfBandRun = 0;
  }

  /** The next 16 bits, not taken. */
  peek(): number {
    const { data } = this;
    const at = this.bit >> 3;
    const window = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    return (window >> (8 - (this.bit & 7))) & 0xffff;
  }

  bits(count: number): number {
    const value = this.peek() >> (16 - count);
    this.bit += count;
    return value;
  }

  symbol(table: HuffmanTable | undefined): number {
    if (!table) throw corrupt('the JPEG codestream lacks the Huffman table of a scan');
    const code = lookUp(table, this.peek());
    this.bit += code >> 8;
    return code & 255;
  }

  signed(size: number): number {
    return size === 0 ? 0 : extend(this.bits(size), size);
  }

  dc(): number {
    const size = this.symbol(this.dcTable);
    if (size > 15) throw corrupt('the JPEG codestream has a DC difference of more than 15 bits');
    this.lastDc += this.signed(size);
    return this.lastDc;
  }
}

type BlockDecoder = (reader: BlockReader, block: Int16Array, at: number) => void;

/**
 * Decodes one scan of a DCT image (ITU-T T.81 annexes F and G, Huffman coding) into its coefficients, 64 a block
 * in row-major order, blocks in raster order.
 * @throws CORRUPT_PIXEL_DATA
 */
export function decodeDctScan(scan: JpegScan, coefficients: Int16Array): void {
  const { frame, entropy } = scan;
  const blocks = Math.ceil(frame.columns / 8) * Math.ceil(frame.rows / 8);
  const blocksAnInterval = scan.restartInterval || blocks;
  const intervals = Math.ceil(blocks / blocksAnInterval);
  if (entropy.starts.length - 1 !== intervals) {
    throw corrupt(`the JPEG codestream has ${entropy.starts.length - 1} of ${intervals} restart intervals`);
  }
  if (scan.end > 63 || scan.start > scan.end)
    throw corrupt('the JPEG codestream has a scan of no coefficients');
  const decode = blockDecoder(scan);
  const reader = new BlockReader(scan);
  const dataEnd = 8 * entropy.starts[intervals];
  for (let interval = 0; interval < intervals; interval++) {
    reader.startInterval(entropy.starts[interval]);
    const end = Math.min(blocks, (interval + 1) * blocksAnInterval);
    for (let block = interval * blocksAnInterval; block < end; block++) {
      decode(reader, coefficients, 64 * block);
      if (reader.bit > dataEnd) {
        throw corrupt(`the entropy-coded data of the JPEG codestream ends in block ${block} of ${blocks}`);
      }
    }
    checkIntervalEnd(entropy, interval, reader.bit);
  }
}

function blockDecoder({ frame, start, high }: JpegScan): BlockDecoder {
  if (frame.process === 'sequential') return sequentialBlock;
  if (start === 0) return high === 0 ? firstDc : refinedDc;
  return high === 0 ? firstAc : refinedAc;
}

/** T.81 F.2.2. */
function sequentialBlock(reader: BlockReader, block: Int16Array, at: number): void {
  block[at] = reader.dc();
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(reader.acTable);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      k += 15;
      continue;
    }
    k += symbol >> 4;
    if (k > 63) throw corrupt('the JPEG codestream has a run beyond its block');
    block[at + ZIGZAG[k]] = reader.signed(size);
  }
}

/** T.81 G.1.2.1. */
function firstDc(reader: BlockReader, block: Int16Array, at: number): void {
  block[at] = reader.dc() << reader.low;
}

function refinedDc(reader: BlockReader, block: Int16Array, at: number): void {
  block[at] |= reader.bits(1) << reader.low;
}

/** T.81 G.1.2.2. */
function firstAc(reader: BlockReader, block: Int16Array, at: number): void {
  if (reader.endOfBandRun > 0) {
    reader.endOfBandRun--;
    return;
  }
  for (let k = reader.start; k <= reader.end; k++) {
    const symbol = reader.symbol(reader.acTable);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size === 0) {
      if (run < 15) {
        reader.endOfBandRun = (1 << run) + reader.bits(run) - 1;
        return;
      }
      k += 15;
      continue;
    }
    k += run;
    if (k > reader.end) throw corrupt('the JPEG codestream has a run beyond its band');
    block[at + ZIGZAG[k]] = reader.signed(size) << reader.low;
  }
}

/** T.81 G.1.2.3: one bit more for each coefficient that is not zero, and new ones of one bit between them. */
function refinedAc(reader: BlockReader, block: Int16Array, at: number): void {
  const { end, low } = reader;
  let k = reader.start;
  if (reader.endOfBandRun === 0) {
    for (; k <= end; k++) {
      const symbol = reader.symbol(reader.acTable);
      const size = symbol & 15;
      let run = symbol >> 4;
      if (size === 0 && run < 15) {
        reader.endOfBandRun = (1 << run) + reader.bits(run);
        break;
      }
      const value = size === 0 ? 0 : (reader.bits(1) === 1 ? 1 : -1) << low;
      for (; k <= end; k++) {
        const index = at + ZIGZAG[k];
        if (block[index] !== 0) refine(reader, block, index);
        else if (run-- === 0) {
          block[index] = value;
          break;
        }
      }
      if (k > end && size !== 0) throw corrupt('the JPEG codestream has a run beyond its band');
    }
  }
  if (reader.endOfBandRun > 0) {
    for (; k <= end; k++) {
      const index = at + ZIGZAG[k];
      if (block[index] !== 0) refine(reader, block, index);
    }
    reader.endOfBandRun--;
  }
}

function refine(reader: BlockReader, block: Int16Array, index: number): void {
  if (reader.bits(1) === 1) block[index] += (block[index] > 0 ? 1 : -1) << reader.low;
}
