import { createCanvas, loadImage } from '@napi-rs/canvas';

/** Size of a PNG or SVG file as another implementation decodes it, and its colours: RGBA, row by row, or by column and row. */
export async function pixels(file: Uint8Array) {
  const image = await loadImage(Buffer.from(file));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const at = (x: number, y: number) => [...data.subarray(4 * (y * image.width + x)).subarray(0, 3)];
  return { width: image.width, height: image.height, rgba: data, at };
}
