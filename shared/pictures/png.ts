import { crc32 } from 'node:zlib';
import { gzip } from '../gzip/gzip.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const FILTER_UP = 2;

/** Colour types of the PNG header, by channels. */
const COLOUR_TYPE = { 1: 0, 3: 2 } as const;

/**
 * Pixels as PNG (ISO/IEC 15948), deflated by the project's own encoder: the same bytes on any machine.
 * @param pixels row by row, 8 bits a channel
 * @param channels 1 for grey, 3 for RGB
 */
export function png(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Uint8Array {
  const stride = width * channels;
  const lines = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const line = pixels.subarray(y * stride, (y + 1) * stride);
    const above = pixels.subarray((y - 1) * stride, y * stride);
    // lines of a magnified slice repeat: as the difference to the line above they are nothing but zeros
    if (y > 0 && Buffer.compare(line, above) === 0) lines[y * (stride + 1)] = FILTER_UP;
    else lines.set(line, y * (stride + 1) + 1);
  }
  // a gzip member is a ten-byte header, deflated data, and eight bytes of checksum and size
  const deflated = gzip([lines]).subarray(10, -8);
  const adler = Buffer.alloc(4);
  adler.writeUInt32BE(adler32(lines));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, COLOUR_TYPE[channels]], 8);
  const data = Buffer.concat([Buffer.from([0x78, 0x01]), deflated, adler]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

/** Checksum of a zlib stream (RFC 1950); sums are reduced before they leave 32 bits. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < bytes.length; from += 3800) {
    const to = Math.min(bytes.length, from + 3800);
    for (let at = from; at < to; at++) {
      a += bytes[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}
