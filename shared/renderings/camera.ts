import type { Mesh } from './surface.ts';

export type Vector = readonly [x: number, y: number, z: number];

/** Parallel rays, so that sizes in the picture are sizes in mm. */
export interface Camera {
  /** Unit vectors in RAS: to the right in the picture, up in it, and towards the viewer. */
  right: Vector;
  up: Vector;
  toViewer: Vector;
  /** Of the middle of the picture, along the three. */
  middleMm: Vector;
  mmPerPixel: number;
  width: number;
  height: number;
}

/** Share of the picture that the mesh fills. */
const FILLED = 0.96;

/**
 * A camera that sees all of a mesh from a direction in RAS, feet down; the longer side of the picture has `size`
 * pixels. From the front, the patient's right is on the left, as on an axial slice.
 */
export function cameraOn(mesh: Mesh, from: Vector, size: number): Camera {
  const toViewer = unit(from);
  const right = unit([-toViewer[1], toViewer[0], 0]);
  const up = cross(toViewer, right);
  const [[left, rightmost], [low, high], [far, near]] = [right, up, toViewer].map((axis) =>
    extentAlong(mesh, axis),
  );
  const mmPerPixel = Math.max(rightmost - left, high - low) / FILLED / size;
  const pixels = (mm: number) => Math.min(size, Math.ceil(mm / FILLED / mmPerPixel));
  return {
    right,
    up,
    toViewer,
    middleMm: [(left + rightmost) / 2, (low + high) / 2, (far + near) / 2],
    mmPerPixel,
    width: pixels(rightmost - left),
    height: pixels(high - low),
  };
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** By square roots and products only, which give the same bits on any machine. */
export function unit(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function extentAlong({ positionsMm }: Mesh, axis: Vector): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < positionsMm.length; at += 3) {
    const along = dot(axis, [positionsMm[at], positionsMm[at + 1], positionsMm[at + 2]]);
    low = Math.min(low, along);
    high = Math.max(high, along);
  }
  return [low, high];
}
