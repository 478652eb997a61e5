// Rows of bits in memory, a column each, as 64-bit words.

/** Sets the bits of the columns from `first` to `last`. */
// @ts-ignore: decorator
@inline
export function setBits(row: usize, first: i32, last: i32): void {
  const lastWord = last >> 6;
  let ahead: u64 = -1 << u64(first & 63);
  for (let word = first >> 6; word < lastWord; word++) {
    store<u64>(wordAt(row, word), load<u64>(wordAt(row, word)) | ahead);
    ahead = -1;
  }
  const behind: u64 = u64(-1) >> u64(63 - (last & 63));
  store<u64>(wordAt(row, lastWord), load<u64>(wordAt(row, lastWord)) | (ahead & behind));
}

// @ts-ignore: decorator
@inline
export function hasBit(row: usize, column: i32): bool {
  return ((load<u64>(wordAt(row, column >> 6)) >> u64(column & 63)) & 1) != 0;
}

/** Whether a bit is set in the columns from `first` to `last`. */
// @ts-ignore: decorator
@inline
export function anyBit(row: usize, first: i32, last: i32): bool {
  const lastWord = last >> 6;
  let ahead: u64 = -1 << u64(first & 63);
  for (let word = first >> 6; word < lastWord; word++) {
    if (load<u64>(wordAt(row, word)) & ahead) return true;
    ahead = -1;
  }
  const behind: u64 = u64(-1) >> u64(63 - (last & 63));
  return (load<u64>(wordAt(row, lastWord)) & ahead & behind) != 0;
}

// @ts-ignore: decorator
@inline
function wordAt(row: usize, word: i32): usize {
  return row + (usize(word) << 3);
}
