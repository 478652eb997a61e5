import { connectedComponents } from '../lesions/labelling.ts';
import { runsOf } from '../lesions/runs.ts';
import type { Affine, Shape, Volume } from '../volume/volume.ts';
import type { Solid } from './surface.ts';

export interface BodyOptions {
  /** Air that the body encloses in a slice belongs to it, so that the skin is the only surface. */
  fill: boolean;
  /** Gaps in the skin up to four millimetres wide are closed first, by growing the body by two. */
  dilate: boolean;
}

/** Midway between air and soft tissue, a little above foam and clothes. */
const SKIN_HU = -400;
/** Side of the voxels that the body is found and drawn in, or one voxel where those are larger. */
const COARSE_MM = 2;
/** Half the thickness, in mm, of what is not the body even where it touches it: the table, a drip line. */
const THIN_MM = 4;
/** A part with at least this share of the largest one's volume is a limb, a smaller one something beside the patient. */
const LIMB_SHARE = 0.02;

/**
 * The body in a CT of axial slices, in voxels of about 2 mm: what is denser than air, without tables and other thin
 * things around it. Thin parts that hang on the body come back as far as they were worn off.
 * @returns nothing inside where no voxel is as dense as skin
 */
export function bodyOf(ct: Volume, { fill, dilate }: BodyOptions): Solid {
  const { shape, affine, dense, stepMm } = coarse(ct);
  const wear = Math.max(1, Math.round(THIN_MM / stepMm));
  let core: Uint8Array = dense;
  for (let step = 0; step < wear; step++) core = changed(core, shape, 0);
  let body = largeParts(core, shape);
  for (let step = 0; step < wear; step++) {
    body = changed(body, shape, 1);
    for (let v = 0; v < body.length; v++) body[v] &= dense[v];
  }
  if (dilate) body = changed(body, shape, 1);
  if (fill) fillSlices(body, shape);
  if (dilate) body = changed(body, shape, 0);
  return { voxels: body, shape, affine };
}

interface Coarse {
  shape: Shape;
  affine: Affine;
  /** 1 where the mean of a block is as dense as skin. */
  dense: Uint8Array;
  /** Mean side of a block in the slice. */
  stepMm: number;
}

/** Blocks of voxels about 2 mm wide; those at the ends have the voxels that are left. */
function coarse({ voxels, shape, spacingMm, affine, slope, intercept }: Volume): Coarse {
  const [fi, fj, fk] = spacingMm.map((mm) => Math.max(1, Math.round(COARSE_MM / mm)));
  const [columns, rows, slices] = shape;
  const blocks: Shape = [Math.ceil(columns / fi), Math.ceil(rows / fj), Math.ceil(slices / fk)];
  const dense = new Uint8Array(blocks[0] * blocks[1] * blocks[2]);
  const sums = new Float64Array(blocks[0] * blocks[1]);
  for (let block = 0; block < blocks[2]; block++) {
    sums.fill(0);
    const endK = Math.min(slices, (block + 1) * fk);
    for (let k = block * fk; k < endK; k++) {
      for (let j = 0; j < rows; j++) {
        const start = (k * rows + j) * columns;
        const row = Math.trunc(j / fj) * blocks[0];
        for (let i = 0; i < columns; i++) sums[row + Math.trunc(i / fi)] += voxels[start + i];
      }
    }
    for (let j = 0; j < blocks[1]; j++) {
      for (let i = 0; i < blocks[0]; i++) {
        const at = j * blocks[0] + i;
        const count =
          (Math.min(columns, (i + 1) * fi) - i * fi) *
          (Math.min(rows, (j + 1) * fj) - j * fj) *
          (endK - block * fk);
        if ((sums[at] / count) * slope + intercept > SKIN_HU) dense[block * sums.length + at] = 1;
      }
    }
  }
  return {
    shape: blocks,
    affine: affine.map(([x, y, z, offset]) => [
      x * fi,
      y * fj,
      z * fk,
      offset + (x * (fi - 1) + y * (fj - 1) + z * (fk - 1)) / 2,
    ]) as Affine,
    dense,
    stepMm: (spacingMm[0] * fi + spacingMm[1] * fj) / 2,
  };
}

/** The mask with voxels set to a value that have it beside them in the slice: 1 grows it, 0 wears it off. */
function changed(mask: Uint8Array, [columns, rows, slices]: Shape, value: 0 | 1): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(mask);
  for (let row = 0; row < rows * slices; row++) {
    const j = row % rows;
    for (let i = 0; i < columns; i++) {
      const at = row * columns + i;
      if (
        (i > 0 && mask[at - 1] === value) ||
        (i < columns - 1 && mask[at + 1] === value) ||
        (j > 0 && mask[at - columns] === value) ||
        (j < rows - 1 && mask[at + columns] === value)
      )
        out[at] = value;
    }
  }
  return out;
}

/** The 26-connected parts that are not small beside the largest: the trunk, and each arm and leg that lies apart from it. */
function largeParts(voxels: Uint8Array, shape: Shape): Uint8Array {
  const runs = runsOf({ voxels, shape }, [0, 1]);
  const { count, ofRun } = connectedComponents(runs);
  const sizes = new Float64Array(count + 1);
  for (let run = 0; run < runs.count; run++) sizes[ofRun[run]] += runs.to[run] - runs.from[run];
  const least = sizes.reduce((most, size) => Math.max(most, size), 0) * LIMB_SHARE;
  const parts = new Uint8Array(voxels.length);
  for (let run = 0; run < runs.count; run++)
    if (sizes[ofRun[run]] >= least) parts.fill(1, runs.from[run], runs.to[run]);
  return parts;
}

/** Sets whatever cannot be reached from the border of its slice. */
function fillSlices(mask: Uint8Array, [columns, rows, slices]: Shape): void {
  const size = columns * rows;
  const outside = new Uint8Array(size);
  const open = new Int32Array(size);
  for (let k = 0; k < slices; k++) {
    const slice = mask.subarray(k * size, (k + 1) * size);
    outside.fill(0);
    let count = 0;
    const reach = (at: number) => {
      if (slice[at] || outside[at]) return;
      outside[at] = 1;
      open[count++] = at;
    };
    for (let i = 0; i < columns; i++) {
      reach(i);
      reach(size - columns + i);
    }
    for (let j = 0; j < rows; j++) {
      reach(j * columns);
      reach(j * columns + columns - 1);
    }
    while (count > 0) {
      const at = open[--count];
      const i = at % columns;
      if (i > 0) reach(at - 1);
      if (i < columns - 1) reach(at + 1);
      if (at >= columns) reach(at - columns);
      if (at < size - columns) reach(at + columns);
    }
    for (let at = 0; at < size; at++) slice[at] = outside[at] ? 0 : 1;
  }
}
