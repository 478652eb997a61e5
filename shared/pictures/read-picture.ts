import { DatasetError } from '../errors.ts';
import type { Slice } from './canvas.ts';

/**
 * A PNG of grey values: the red channel of colour ones.
 * @throws PICTURE_UNREADABLE for anything else, 16 bits a channel included, since label values would be lost
 */
export async function readPicture(file: Uint8Array, key: string): Promise<Slice> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const unreadable = (why: string, cause?: unknown) =>
    new DatasetError('PICTURE_UNREADABLE', `${key} ${why}`, { keys: [key], cause });
  // signature and header of ISO/IEC 15948: width, height, bits a channel
  if (bytes.length < 33 || bytes.toString('latin1', 1, 4) !== 'PNG') throw unreadable('is not a PNG file');
  if (bytes[24] > 8) throw unreadable(`has ${bytes[24]} bits a channel; save it with 8`);
  const {
    width: columns,
    height: rows,
    data,
  } = await decoded(bytes).catch((cause) => {
    throw unreadable('cannot be decoded; it may be damaged or cut off', cause);
  });
  return { columns, rows, grey: (column, row) => data[4 * (row * columns + column)] };
}

async function decoded(bytes: Buffer): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(bytes);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}
