import type { Affine, Volume } from '../volume/volume.ts';

/** What a surface encloses: voxels other than 0. Beyond the volume there is nothing. */
export type Solid = Pick<Volume, 'voxels' | 'shape' | 'affine'>;

/** A surface of triangles. */
export interface Mesh {
  /** x, y and z of each vertex, RAS in mm. */
  positionsMm: Float64Array;
  /** Three vertices each, counter-clockwise as seen from outside. */
  triangles: Uint32Array;
}

/** Rounds of smoothing, each a step inwards and a slightly longer one outwards: Taubin's lambda and mu. */
const ROUNDS = 60;
const STEPS = [0.63, -0.64];

/**
 * The closed surface around the voxels of a solid, by surface nets (Gibson, MICCAI 1998): a vertex in the middle of
 * each cell, the cube between eight voxel centres, that the surface passes. Vertices are then smoothed, but stay near
 * their cells; steps of alternating sign keep the volume (Taubin, SIGGRAPH 1995). All of it happens in voxel indices,
 * since means of vertices are the same after an affine.
 */
export function surfaceOf(solid: Solid): Mesh {
  const net = netOf(solid);
  const places = smoothed(net, reachIn(solid.affine));
  return { positionsMm: transformed(places, solid.affine), triangles: trianglesOf(net, solid.affine) };
}

/** Places are in voxel indices, three numbers a vertex. */
interface Net {
  /** The middle of each vertex's cell. */
  centres: Float64Array;
  /** Four vertices each, counter-clockwise from outside in voxel indices. */
  quads: Uint32Array;
}

/** Vertices in the order of their cells; a quad is made with the last of the four cells around its edge. */
function netOf({ voxels, shape }: Solid): Net {
  const [columns, rows, slices] = shape;
  const [firstI, firstJ, firstK, lastI, lastJ, lastK] = boundsOf({ voxels, shape });
  const inside = (i: number, j: number, k: number) =>
    i < columns && j >= 0 && j < rows && k >= 0 && k < slices && voxels[(k * rows + j) * columns + i] !== 0;
  const cells: number[] = [];
  const quads: number[] = [];
  const width = lastI - firstI + 2;
  let layer = new Int32Array(Math.max(0, width * (lastJ - firstJ + 2)));
  let below = new Int32Array(layer.length);
  for (let k = firstK - 1; k <= lastK; k++) {
    for (let j = firstJ - 1; j <= lastJ; j++) {
      let corners = 0;
      for (let i = firstI - 1; i <= lastI; i++) {
        // the corners at i were those at i + 1 of the cell before
        corners = (corners >> 1) & 0b01010101;
        if (inside(i + 1, j, k)) corners |= 1 << 1;
        if (inside(i + 1, j + 1, k)) corners |= 1 << 3;
        if (inside(i + 1, j, k + 1)) corners |= 1 << 5;
        if (inside(i + 1, j + 1, k + 1)) corners |= 1 << 7;
        if (corners === 0 || corners === 0xff) continue;
        const here = (j - firstJ + 1) * width + i - firstI + 1;
        const vertex = cells.length / 3;
        layer[here] = vertex;
        cells.push(i, j, k);
        const isInside = corners & 1;
        const [back, down] = [here - 1, here - width];
        // the cells around an edge of the first corner, counter-clockwise as seen from the edge's other end
        const along = (axis: number, b: number, c: number, d: number) => {
          if (((corners >> (1 << axis)) & 1) === isInside) return;
          if (isInside) quads.push(vertex, b, c, d);
          else quads.push(vertex, d, c, b);
        };
        along(0, layer[down], below[down], below[here]);
        along(1, below[here], below[back], layer[back]);
        along(2, layer[back], layer[down - 1], layer[down]);
      }
    }
    [layer, below] = [below, layer];
  }
  return { centres: Float64Array.from(cells, (first) => first + 0.5), quads: Uint32Array.from(quads) };
}

/** First and last i, j and k of the solid; the first ones are beyond the last ones when it is empty. */
function boundsOf({ voxels, shape: [columns, rows, slices] }: Pick<Solid, 'voxels' | 'shape'>): number[] {
  const [first, last] = [
    [columns, rows, slices],
    [-1, -1, -1],
  ];
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const start = (k * rows + j) * columns;
      let low = 0;
      while (low < columns && voxels[start + low] === 0) low++;
      if (low === columns) continue;
      let high = columns - 1;
      while (voxels[start + high] === 0) high--;
      first[0] = Math.min(first[0], low);
      first[1] = Math.min(first[1], j);
      first[2] = Math.min(first[2], k);
      last[0] = Math.max(last[0], high);
      last[1] = Math.max(last[1], j);
      last[2] = k;
    }
  }
  return [...first, ...last];
}

/** How far a vertex may move along i, j and k: in mm, half the longest side of a voxel, so that thick slices make no stairs. */
function reachIn(affine: Affine): number[] {
  const sidesMm = [0, 1, 2].map((axis) => {
    const [x, y, z] = affine.map((row) => row[axis]);
    return Math.sqrt(x * x + y * y + z * z);
  });
  return sidesMm.map((mm) => Math.max(...sidesMm) / 2 / mm);
}

/** Vertices moved towards, then away from, the mean of those they share an edge with. */
function smoothed({ centres, quads }: Net, reach: number[]): Float64Array {
  const places = new Float64Array(centres);
  const sums = new Float64Array(places.length);
  const neighbours = new Float64Array(places.length / 3);
  for (let step = 0; step < ROUNDS * STEPS.length; step++) {
    sums.fill(0);
    neighbours.fill(0);
    for (let q = 0; q < quads.length; q += 4) {
      for (let side = 0; side < 4; side++) {
        const [a, b] = [quads[q + side], quads[q + ((side + 1) & 3)]];
        neighbours[a]++;
        neighbours[b]++;
        for (let axis = 0; axis < 3; axis++) {
          sums[3 * a + axis] += places[3 * b + axis];
          sums[3 * b + axis] += places[3 * a + axis];
        }
      }
    }
    const share = STEPS[step % STEPS.length];
    for (let at = 0; at < places.length; at++) {
      const mean = sums[at] / neighbours[Math.trunc(at / 3)];
      const moved = places[at] + share * (mean - places[at]);
      const far = reach[at % 3];
      places[at] = Math.min(centres[at] + far, Math.max(centres[at] - far, moved));
    }
  }
  return places;
}

function transformed(places: Float64Array, affine: Affine): Float64Array {
  const positionsMm = new Float64Array(places.length);
  for (let at = 0; at < places.length; at += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const [x, y, z, offset] = affine[axis];
      positionsMm[at + axis] = x * places[at] + y * places[at + 1] + z * places[at + 2] + offset;
    }
  }
  return positionsMm;
}

/** Two triangles a quad, turned over where the affine mirrors. */
function trianglesOf({ quads }: Net, [a, b, c]: Affine): Uint32Array {
  const determinant =
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    a[1] * (b[0] * c[2] - b[2] * c[0]) +
    a[2] * (b[0] * c[1] - b[1] * c[0]);
  const order = determinant < 0 ? [0, 2, 1, 0, 3, 2] : [0, 1, 2, 0, 2, 3];
  const triangles = new Uint32Array((quads.length / 4) * 6);
  for (let q = 0; q < quads.length; q += 4) {
    for (let corner = 0; corner < 6; corner++) triangles[(q / 4) * 6 + corner] = quads[q + order[corner]];
  }
  return triangles;
}
