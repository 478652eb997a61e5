import { corrupt, truncated, unsupported } from './frame.ts';
import { type HuffmanTable, huffmanTable } from './jpeg-huffman.ts';

/** The frame header (T.81 B.2.2) of an image of one component. */
export interface JpegFrame {
  process: 'sequential' | 'progressive' | 'lossless';
  precision: number;
  rows: number;
  columns: number;
  components: number;
  quantization: number;
}

/** The scan header (T.81 B.2.3), and the tables in force for it. */
export interface JpegScan {
  frame: JpegFrame;
  dcTable: HuffmanTable | undefined;
  acTable: HuffmanTable | undefined;
  /** Ss: the first coefficient, or the predictor of a lossless scan. */
  start: number;
  /** Se: the last coefficient. */
  end: number;
  /** Ah: the bit before, in successive approximation. */
  high: number;
  /** Al: the lowest bit given, or the point transform. */
  low: number;
  /** In blocks, or in samples of a lossless scan; 0 when there are no restarts. */
  restartInterval: number;
  entropy: EntropyCoded;
}

/** Entropy-coded data without stuffed bytes: a restart interval from each start to the next. Valid for one scan. */
export interface EntropyCoded {
  data: Uint8Array;
  /** Byte offsets of the intervals, and of the end. */
  starts: number[];
}

/** Reads that run ahead of the data find zeros there: no more than a row of the longest codes. */
const ROOM_AHEAD = 4 * 65536;

let scratch = new Uint8Array(ROOM_AHEAD);

/**
 * Reads a JPEG codestream (T.81 annex B) and calls `onScan` for each scan, in order.
 * @returns the frame header, and quantization tables in zigzag order by number
 * @throws TRUNCATED_PIXEL_DATA when the codestream has no end, CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT
 */
export function readJpeg(
  bytes: Uint8Array,
  onScan: (scan: JpegScan) => void,
): { frame: JpegFrame; quantization: Uint16Array[] } {
  const quantization: Uint16Array[] = [];
  const dcTables: HuffmanTable[] = [];
  const acTables: HuffmanTable[] = [];
  let frame: JpegFrame | undefined;
  let restartInterval = 0;
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw corrupt('the frame holds no JPEG codestream');
  let at = 2;
  for (;;) {
    if (at < bytes.length && bytes[at] !== 0xff) throw corrupt(`the JPEG codestream has no marker at ${at}`);
    while (bytes[at] === 0xff) at++;
    if (at >= bytes.length) throw truncated('the JPEG codestream ends before its end marker');
    const marker = bytes[at++];
    if (marker === 0xd9) break;
    const segment = segmentAt(bytes, at);
    at += 2 + segment.length;
    if (marker === 0xc4) readHuffmanTables(segment, dcTables, acTables);
    else if (marker === 0xdb) readQuantizationTables(segment, quantization);
    else if (marker === 0xdd) restartInterval = (segment[0] << 8) | segment[1];
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) frame = frameHeader(marker, segment);
    else if (marker === 0xda) {
      if (!frame) throw corrupt('the JPEG codestream has a scan before its frame header');
      if (segment[0] !== 1 || frame.components !== 1) throw unsupported('a JPEG scan of several components');
      const { entropy, end } = entropyCoded(bytes, at);
      at = end;
      onScan({
        frame,
        dcTable: dcTables[segment[2] >> 4],
        acTable: acTables[segment[2] & 15],
        start: segment[3],
        end: segment[4],
        high: segment[5] >> 4,
        low: segment[5] & 15,
        restartInterval,
        entropy,
      });
    }
  }
  if (!frame) throw corrupt('the JPEG codestream has no frame header');
  return { frame, quantization };
}

/** The marker segment's content: after its two bytes of length. */
function segmentAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = Math.max(2, (bytes[at] << 8) | bytes[at + 1]);
  if (at + length > bytes.length) throw truncated('the JPEG codestream ends within a marker segment');
  return bytes.subarray(at + 2, at + length);
}

function readHuffmanTables(segment: Uint8Array, dc: HuffmanTable[], ac: HuffmanTable[]): void {
  for (let at = 0; at < segment.length; ) {
    const counts = segment.subarray(at + 1, at + 17);
    const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    if (end > segment.length) throw corrupt('a Huffman table of the JPEG codestream is too short');
    const tables = segment[at] >> 4 === 0 ? dc : ac;
    tables[segment[at] & 15] = huffmanTable(counts, segment.subarray(at + 17, end));
    at = end;
  }
}

function readQuantizationTables(segment: Uint8Array, tables: Uint16Array[]): void {
  for (let at = 0; at < segment.length; ) {
    const bytesEach = segment[at] >> 4 === 0 ? 1 : 2;
    const first = at + 1;
    const end = first + 64 * bytesEach;
    if (end > segment.length) throw corrupt('a quantization table of the JPEG codestream is too short');
    tables[segment[at] & 15] = Uint16Array.from({ length: 64 }, (_, i) =>
      bytesEach === 1 ? segment[first + i] : (segment[first + 2 * i] << 8) | segment[first + 2 * i + 1],
    );
    at = end;
  }
}

function frameHeader(marker: number, segment: Uint8Array): JpegFrame {
  const process =
    marker <= 0xc1
      ? 'sequential'
      : marker === 0xc2
        ? 'progressive'
        : marker === 0xc3
          ? 'lossless'
          : undefined;
  if (!process) throw unsupported(`JPEG of process SOF${marker - 0xc0} (arithmetic or hierarchical)`);
  const precision = segment[0];
  if (process === 'lossless' ? precision < 2 || precision > 16 : precision !== 8 && precision !== 12) {
    throw unsupported(`${process} JPEG of ${precision} bits a sample`);
  }
  return {
    process,
    precision,
    rows: (segment[1] << 8) | segment[2],
    columns: (segment[3] << 8) | segment[4],
    components: segment[5],
    quantization: segment[8],
  };
}

/** Takes out the zero bytes stuffed after FF, and parts the data at its restart markers (T.81 F.1.2.3, B.1.1.5). */
function entropyCoded(bytes: Uint8Array, start: number): { entropy: EntropyCoded; end: number } {
  if (scratch.length < bytes.length - start + ROOM_AHEAD) {
    scratch = new Uint8Array(bytes.length - start + ROOM_AHEAD);
  }
  const data = scratch;
  const starts = [0];
  let length = 0;
  let from = start;
  for (;;) {
    const at = bytes.indexOf(0xff, from);
    if (at < 0 || at + 1 >= bytes.length) {
      throw truncated('the JPEG codestream ends within its entropy-coded data');
    }
    const next = bytes[at + 1];
    const kept = next === 0 ? at + 1 : at;
    data.set(bytes.subarray(from, kept), length);
    length += kept - from;
    from = next === 0xff ? at + 1 : at + 2;
    if (next === 0 || next === 0xff) continue;
    if (next < 0xd0 || next > 0xd7) {
      data.fill(0, length, length + ROOM_AHEAD);
      starts.push(length);
      return { entropy: { data, starts }, end: at };
    }
    if (next - 0xd0 !== (starts.length - 1) % 8)
      throw corrupt('a restart marker of the JPEG codestream is lost');
    starts.push(length);
  }
}

/**
 * Checks that a restart interval was read to its end: up to seven bits of padding, and one byte that some
 * encoders add to make the length even.
 */
export function checkIntervalEnd({ starts }: EntropyCoded, interval: number, bitsAt: number): void {
  const end = 8 * starts[interval + 1];
  if (bitsAt > end || end - bitsAt >= 16) {
    throw corrupt('the entropy-coded data of the JPEG codestream does not fit its image');
  }
}
