// Bits of a packet's header; after a byte of ones comes a bit that says nothing (ISO/IEC 15444-1 annex B.10.1).

let at: usize = 0;
let end: usize = 0;
let byte: u32 = 0;
let bitsLeft: i32 = 0;

/** Begins a header at a byte; from `last` on all bits are 0. */
export function beginHeader(first: usize, last: usize): void {
  at = first;
  end = last;
  byte = 0;
  bitsLeft = 0;
}

export function readBit(): u32 {
  if (bitsLeft == 0) {
    bitsLeft = byte == 0xff ? 7 : 8;
    byte = at < end ? load<u8>(at) : 0;
    at++;
  }
  bitsLeft--;
  return (byte >> bitsLeft) & 1;
}

export function readBits(count: i32): u32 {
  let bits: u32 = 0;
  for (let i = 0; i < count; i++) bits = (bits << 1) | readBit();
  return bits;
}

/** @returns the byte after the header */
export function endHeader(): usize {
  return byte == 0xff ? at + 1 : at;
}
