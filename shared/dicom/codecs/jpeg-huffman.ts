import { corrupt } from './frame.ts';

/** Codes of up to this many bits are found by one look-up. */
const LOOKUP_BITS = 9;

/** A Huffman table of ITU-T T.81 annex C and F.2.2.3. */
export interface HuffmanTable {
  /** By the next 9 bits: code length << 8 | symbol, or 0 when the code is longer. */
  lookup: Uint16Array;
  /** By code length: one more than the largest code, left-aligned in 16 bits. */
  limits: Int32Array;
  /** By code length: what to add to a code to get the index of its symbol. */
  offsets: Int32Array;
  symbols: Uint8Array;
}

/** @param counts number of codes of each length, 1 to 16 @throws CORRUPT_PIXEL_DATA when they are no prefix code */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const limits = new Int32Array(17);
  const offsets = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    offsets[length] = index - code;
    for (let i = 0; i < counts[length - 1]; i++, code++, index++) {
      if (length > LOOKUP_BITS) continue;
      const first = code << (LOOKUP_BITS - length);
      lookup.fill((length << 8) | symbols[index], first, first + (1 << (LOOKUP_BITS - length)));
    }
    if (code > 1 << length) throw corrupt('a Huffman table of the JPEG codestream has too many codes');
    limits[length] = code << (16 - length);
    code <<= 1;
  }
  return { lookup, limits, offsets, symbols };
}

/** The code that starts the 16 bits: its length << 8 | symbol. @throws CORRUPT_PIXEL_DATA when there is none */
export function lookUp(table: HuffmanTable, bits: number): number {
  const found = table.lookup[bits >> (16 - LOOKUP_BITS)];
  if (found !== 0) return found;
  for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
    if (bits < table.limits[length]) {
      return (length << 8) | table.symbols[(bits >> (16 - length)) + table.offsets[length]];
    }
  }
  throw corrupt('the JPEG codestream has a code that its Huffman table lacks');
}

/** The signed value that `size` extra bits stand for (T.81 figure F.12). */
export function extend(bits: number, size: number): number {
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}
