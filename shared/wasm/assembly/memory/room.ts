// Room in memory, which grows as it must: pages never touched cost nothing.

let end: usize = 0;

/** Makes all memory free again, whatever it holds. */
export function freeAll(): void {
  end = __heap_base;
}

/** So many bytes, at a multiple of 16, with whatever was left in them. */
export function allocate(bytes: usize): usize {
  const at = (end + 15) & ~15;
  end = at + bytes;
  const pages = i32((end + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  return at;
}

export function allocateZeros(bytes: usize): usize {
  const at = allocate(bytes);
  memory.fill(at, 0, bytes);
  return at;
}
