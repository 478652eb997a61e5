import type { Plane } from './plane.ts';

/** A point of a slice: column and row of a pixel centre. */
export type Point = [column: number, row: number];

/**
 * The outer contours of all 8-connected parts, in columns and rows of the volume; without those of holes, and of parts
 * within a hole.
 */
export function outerContours(plane: Plane): Point[][] {
  const contours: Point[][] = [];
  for (let passed = plane.nextContour(); passed > 0; passed = plane.nextContour()) {
    const listed = new Uint16Array(plane.memory.buffer, plane.contourAt(), 2 * passed);
    contours.push(Array.from({ length: passed }, (_, i): Point => [listed[2 * i], listed[2 * i + 1]]));
  }
  return contours;
}
