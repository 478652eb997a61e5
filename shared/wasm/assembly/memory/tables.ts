// Tables in memory, by index, for every module.

// @ts-ignore: decorator
@inline
export function get8(table: usize, index: u32): u32 {
  return load<u8>(table + usize(index));
}

// @ts-ignore: decorator
@inline
export function set8(table: usize, index: u32, value: u32): void {
  store<u8>(table + usize(index), u8(value));
}

// @ts-ignore: decorator
@inline
export function get16(table: usize, index: u32): u32 {
  return load<u16>(table + (usize(index) << 1));
}

// @ts-ignore: decorator
@inline
export function set16(table: usize, index: u32, value: u32): void {
  store<u16>(table + (usize(index) << 1), u16(value));
}

// @ts-ignore: decorator
@inline
export function get32(table: usize, index: u32): u32 {
  return load<u32>(table + (usize(index) << 2));
}

// @ts-ignore: decorator
@inline
export function set32(table: usize, index: u32, value: u32): void {
  store<u32>(table + (usize(index) << 2), value);
}

/** A number of 32 bits with a sign. */
// @ts-ignore: decorator
@inline
export function getSigned(table: usize, index: u32): i32 {
  return i32(get32(table, index));
}
