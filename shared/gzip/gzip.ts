import { gzip as libdeflateGzip } from 'libdeflate';

/** One gzip member (RFC 1952), the same bytes on every machine: libdeflate as WebAssembly. */
export function gzip(bytes: Uint8Array, effort: 'image' | 'mask'): Uint8Array {
  return libdeflateGzip(bytes, effort === 'image' ? 3 : 6);
}
