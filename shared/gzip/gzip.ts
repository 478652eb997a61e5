import { gzip as libdeflateGzip } from 'libdeflate';

/**
 * How hard to compress: images are noise, of which more effort takes off little; masks are small and shrink by a
 * quarter more.
 */
const LEVEL = { image: 3, mask: 6 };

/**
 * One gzip member (RFC 1952) without time or name, the same bytes on every machine: libdeflate as WebAssembly
 * compresses, where zlib's output would vary with processor and Node version.
 */
export function gzip(bytes: Uint8Array, effort: keyof typeof LEVEL): Uint8Array {
  return libdeflateGzip(bytes, LEVEL[effort]);
}
