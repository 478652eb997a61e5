/** A matrix as a .npy file, format 1.0: little-endian float64, C order (numpy.lib.format). */
export function npyFloat64(rows: number[][]): Uint8Array {
  const columns = rows[0]?.length ?? 0;
  const description = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows.length}, ${columns}), }`;
  // magic, version and length take 10 bytes; the header is padded so that the data begins at a multiple of 64
  const length = Math.ceil((10 + description.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(length, 8);
  const data = Float64Array.from(rows.flat());
  return Buffer.concat([head, Buffer.from(`${description.padEnd(length - 1)}\n`), Buffer.from(data.buffer)]);
}
