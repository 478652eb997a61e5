import { crc32, inflateSync } from 'node:zlib';
import { DatasetError } from '../errors.ts';
import type { Slice } from './canvas.ts';

/** Samples a pixel, by the colour type of the header; a palette's index is one sample. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;
const ALPHA = 4;

interface Header {
  columns: number;
  rows: number;
  bits: number;
  colourType: number;
}

/**
 * A PNG (ISO/IEC 15948) of a slice or a mask as greys: the brightest channel of coloured ones, so that a mask drawn in
 * any colour is not 0; alpha is not looked at. Every checksum and length is checked, for a picture that is cut off
 * would otherwise be read as empty below.
 * @throws PICTURE_UNREADABLE for other files, damaged ones, interlaced ones, and ones of 16 bits a channel
 */
export function readPng(file: Uint8Array, key: string): Slice {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const unreadable = (why: string, cause?: unknown) =>
    new DatasetError('PICTURE_UNREADABLE', `${key} ${why}`, { keys: [key], cause });
  if (bytes.length < 33 || bytes.toString('latin1', 1, 4) !== 'PNG') throw unreadable('is not a PNG file');
  const chunks = chunksOf(bytes);
  const header = headerOf(bytes);
  if (!chunks || !(header.colourType in SAMPLES)) throw unreadable('is damaged or cut off');
  if (header.bits > 8) throw unreadable(`has ${header.bits} bits a channel; save it with 8`);
  if (bytes[28] !== 0) throw unreadable('is interlaced; save it without');
  const { columns, rows, bits, colourType } = header;
  const step = Math.max(1, (SAMPLES[colourType] * bits) / 8);
  const stride = Math.ceil((columns * SAMPLES[colourType] * bits) / 8);
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ body }) => body));
  let lines: Buffer;
  try {
    lines = inflateSync(data, { maxOutputLength: (stride + 1) * rows + 1 });
  } catch (cause) {
    throw unreadable('is damaged', cause);
  }
  if (lines.length !== (stride + 1) * rows) throw unreadable('has fewer or more pixels than its header says');
  unfilter(lines, stride, step);
  const palette = chunks.find(({ type }) => type === 'PLTE')?.body ?? Buffer.alloc(0);
  return { columns, rows, grey: greyIn(lines, stride, header, palette) };
}

/** The chunks up to IEND, with their checksums checked; undefined when one is damaged or the file ends before. */
function chunksOf(bytes: Buffer): { type: string; body: Buffer }[] | undefined {
  const chunks: { type: string; body: Buffer }[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end))
      return undefined;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return chunks;
    chunks.push({ type, body: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return undefined;
}

function headerOf(bytes: Buffer): Header {
  return {
    columns: bytes.readUInt32BE(16),
    rows: bytes.readUInt32BE(20),
    bits: bytes[24],
    colourType: bytes[25],
  };
}

/** Undoes the filters of the lines (section 9 of the standard) in place; each begins with the number of its filter. */
function unfilter(lines: Buffer, stride: number, step: number): void {
  for (let line = 0; line < lines.length; line += stride + 1) {
    const filter = lines[line];
    for (let at = line + 1; at <= line + stride; at++) {
      const left = at - step > line ? lines[at - step] : 0;
      const above = line ? lines[at - stride - 1] : 0;
      const corner = line && at - step > line ? lines[at - stride - 1 - step] : 0;
      if (filter === 1) lines[at] += left;
      else if (filter === 2) lines[at] += above;
      else if (filter === 3) lines[at] += (left + above) >> 1;
      else if (filter === 4) lines[at] += paeth(left, above, corner);
    }
  }
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value));
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function greyIn(lines: Buffer, stride: number, { bits, colourType }: Header, palette: Buffer): Slice['grey'] {
  const samples = SAMPLES[colourType];
  const colours = colourType & ALPHA ? samples - 1 : samples;
  const highest = 2 ** bits - 1;
  return (column, row) => {
    const line = row * (stride + 1) + 1;
    if (bits < 8) {
      const value = (lines[line + ((column * bits) >> 3)] >> (8 - bits - ((column * bits) & 7))) & highest;
      return colourType === PALETTE ? brightest(palette, 3 * value, 3) : (value * 255) / highest;
    }
    const at = line + column * samples;
    return colourType === PALETTE ? brightest(palette, 3 * lines[at], 3) : brightest(lines, at, colours);
  };
}

function brightest(bytes: Buffer, at: number, channels: number): number {
  let value = bytes[at] ?? 0;
  for (let channel = 1; channel < channels; channel++) value = Math.max(value, bytes[at + channel]);
  return value;
}
