import type { Colour } from '../pictures/canvas.ts';
import { Raster } from '../pictures/raster.ts';
import { unit, type Vector } from './camera.ts';

/** Numbers of a vertex: pixels right and down, nearness in mm, and its normal to the right, up and to the viewer. */
export const VERTEX = 6;

/** Samples along the side of a pixel, for smooth edges. */
const SAMPLES = 2;
/** Vertices are rounded to parts of a sample, so that what is said of an edge is exact, and the same on both its sides. */
const PARTS = 256;
const WHITE = 255;

/** From above the viewer's left shoulder; the gloss is where a mirror would show the light. */
const LIGHT: Vector = unit([-0.4, 0.5, 0.8]);
const MIRROR: Vector = unit([LIGHT[0], LIGHT[1], LIGHT[2] + 1]);
const AMBIENT = 0.35;
const GLOSS = 60;

/** Triangles drawn with a depth buffer, each sample by whether its centre lies inside. */
export class Frame {
  readonly #width: number;
  readonly #height: number;
  readonly #colours: Float32Array;
  readonly #nearness: Float32Array;

  /** White, with nothing near; sizes in pixels. */
  constructor(width: number, height: number) {
    this.#width = width * SAMPLES;
    this.#height = height * SAMPLES;
    this.#colours = new Float32Array(this.#width * this.#height * 3).fill(WHITE);
    this.#nearness = new Float32Array(this.#width * this.#height).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Draws a triangle where nothing opaque is nearer. A sample on an edge belongs to the triangle whose upper or left
   * edge it is, so that two neighbours never both blend it.
   * @param vertices VERTEX numbers each, of which the triangle has the three of `corners`
   */
  triangle(vertices: Float64Array, corners: Vector, colour: Colour, opacity: number): void {
    const snapped = (value: number) => Math.round(value * SAMPLES * PARTS) / PARTS;
    const a = corners[0] * VERTEX;
    let [b, c] = [corners[1] * VERTEX, corners[2] * VERTEX];
    const [ax, ay] = [snapped(vertices[a]), snapped(vertices[a + 1])];
    let [bx, by] = [snapped(vertices[b]), snapped(vertices[b + 1])];
    let [cx, cy] = [snapped(vertices[c]), snapped(vertices[c + 1])];
    let area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area === 0) return;
    if (area < 0) {
      // clockwise in the picture from here on; either side of a surface is drawn
      [b, c, bx, by, cx, cy, area] = [c, b, cx, cy, bx, by, -area];
    }
    const [ownsA, ownsB, ownsC] = [owns(bx, by, cx, cy), owns(cx, cy, ax, ay), owns(ax, ay, bx, by)];
    const firstX = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
    const lastX = Math.min(this.#width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
    const firstY = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
    const lastY = Math.min(this.#height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
    for (let y = firstY; y <= lastY; y++) {
      const py = y + 0.5;
      for (let x = firstX; x <= lastX; x++) {
        const px = x + 0.5;
        // twice the area between the sample and the edge opposite to each vertex
        const ofA = (cx - bx) * (py - by) - (cy - by) * (px - bx);
        if (ofA < 0 || (ofA === 0 && !ownsA)) continue;
        const ofB = (ax - cx) * (py - cy) - (ay - cy) * (px - cx);
        if (ofB < 0 || (ofB === 0 && !ownsB)) continue;
        const ofC = (bx - ax) * (py - ay) - (by - ay) * (px - ax);
        if (ofC < 0 || (ofC === 0 && !ownsC)) continue;
        const between = (field: number) =>
          (ofA * vertices[a + field] + ofB * vertices[b + field] + ofC * vertices[c + field]) / area;
        const nearness = between(2);
        const sample = y * this.#width + x;
        if (nearness <= this.#nearness[sample]) continue;
        if (opacity === 1) this.#nearness[sample] = nearness;
        this.#shade(sample, unit([between(3), between(4), between(5)]), colour, opacity);
      }
    }
  }

  /** Each pixel the mean of its samples. */
  raster(): Raster {
    const raster = new Raster(this.#width / SAMPLES, this.#height / SAMPLES);
    for (let y = 0; y < raster.height; y++) {
      for (let x = 0; x < raster.width; x++) {
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          for (let down = 0; down < SAMPLES; down++) {
            for (let along = 0; along < SAMPLES; along++) {
              const sample = (y * SAMPLES + down) * this.#width + x * SAMPLES + along;
              sum += this.#colours[3 * sample + channel];
            }
          }
          raster.pixels[3 * (y * raster.width + x) + channel] = Math.round(sum / (SAMPLES * SAMPLES));
        }
      }
    }
    return raster;
  }

  /** Puts a colour, as it is lit, over a sample. The inner side of a surface is lit as the outer one. */
  #shade(sample: number, normal: Vector, colour: Colour, opacity: number): void {
    const side = normal[2] < 0 ? -1 : 1;
    const facing = side * normal[2];
    const lit = Math.max(0, side * (normal[0] * LIGHT[0] + normal[1] * LIGHT[1] + normal[2] * LIGHT[2]));
    let gloss = Math.max(0, side * (normal[0] * MIRROR[0] + normal[1] * MIRROR[1] + normal[2] * MIRROR[2]));
    for (let power = 1; power < 32; power *= 2) gloss *= gloss;
    const slant = 1 - facing;
    // a translucent wall covers more where the ray passes it aslant
    const cover = opacity === 1 ? 1 : opacity + (1 - opacity) * slant * slant * slant;
    for (let channel = 0; channel < 3; channel++) {
      const light = Math.min(255, colour[channel] * (AMBIENT + (1 - AMBIENT) * lit) + GLOSS * gloss);
      const at = 3 * sample + channel;
      this.#colours[at] += cover * (light - this.#colours[at]);
    }
  }
}

/** Whether an edge, on the way clockwise, is a triangle's upper or left one. */
function owns(fromX: number, fromY: number, toX: number, toY: number): boolean {
  return fromY === toY ? toX > fromX : toY < fromY;
}
