import type { Colour } from '../pictures/canvas.ts';
import type { Raster } from '../pictures/raster.ts';
import type { Camera } from './camera.ts';
import { dot, type Vector } from './camera.ts';
import { Frame, VERTEX } from './frame.ts';
import type { Mesh } from './surface.ts';

/** A mesh as it is shown. */
export interface Surface {
  mesh: Mesh;
  colour: Colour;
  /** 1 hides what is behind; less lets it through, most where the surface faces the viewer. */
  opacity: number;
}

/**
 * Surfaces on white: the opaque ones first, then the triangles of each translucent one from the farthest to the
 * nearest. Only sums, products, quotients and roots of doubles, so that any machine makes the same picture.
 */
export function render(surfaces: Surface[], camera: Camera): Raster {
  const frame = new Frame(camera.width, camera.height);
  for (const surface of surfaces.filter(({ opacity }) => opacity === 1)) draw(frame, surface, camera);
  for (const surface of surfaces.filter(({ opacity }) => opacity < 1)) draw(frame, surface, camera);
  return frame.raster();
}

function draw(frame: Frame, { mesh, colour, opacity }: Surface, camera: Camera): void {
  const { triangles } = mesh;
  const seen = seenBy(camera, mesh);
  const order =
    opacity < 1
      ? farthestFirst(triangles, seen)
      : Uint32Array.from({ length: triangles.length / 3 }, (_, t) => t);
  for (const t of order) {
    const [a, b, c] = [triangles[3 * t], triangles[3 * t + 1], triangles[3 * t + 2]];
    frame.triangle(seen, [a, b, c], colour, opacity);
  }
}

/** The vertices of a mesh as the frame takes them. */
function seenBy(
  { right, up, toViewer, middleMm, mmPerPixel, width, height }: Camera,
  mesh: Mesh,
): Float64Array {
  const { positionsMm } = mesh;
  const normals = normalsOf(mesh);
  const seen = new Float64Array((positionsMm.length / 3) * VERTEX);
  for (let from = 0, to = 0; from < positionsMm.length; from += 3, to += VERTEX) {
    const place: Vector = [positionsMm[from], positionsMm[from + 1], positionsMm[from + 2]];
    const normal: Vector = [normals[from], normals[from + 1], normals[from + 2]];
    seen[to] = width / 2 + (dot(right, place) - middleMm[0]) / mmPerPixel;
    seen[to + 1] = height / 2 - (dot(up, place) - middleMm[1]) / mmPerPixel;
    seen[to + 2] = dot(toViewer, place) - middleMm[2];
    seen[to + 3] = dot(right, normal);
    seen[to + 4] = dot(up, normal);
    seen[to + 5] = dot(toViewer, normal);
  }
  return seen;
}

/** Outward normals of the vertices: sums over their triangles, the larger ones counting more; not of unit length. */
function normalsOf({ positionsMm: p, triangles }: Mesh): Float64Array {
  const normals = new Float64Array(p.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const vertex of [a, b, c]) {
      normals[vertex] += nx;
      normals[vertex + 1] += ny;
      normals[vertex + 2] += nz;
    }
  }
  return normals;
}

/** Numbers of the triangles by the nearness of their middles; equally near ones stay in order. */
function farthestFirst(triangles: Uint32Array, seen: Float64Array): Uint32Array {
  const nearness = Float64Array.from(
    { length: triangles.length / 3 },
    (_, t) =>
      seen[triangles[3 * t] * VERTEX + 2] +
      seen[triangles[3 * t + 1] * VERTEX + 2] +
      seen[triangles[3 * t + 2] * VERTEX + 2],
  );
  return Uint32Array.from(nearness.keys()).sort((a, b) => nearness[a] - nearness[b] || a - b);
}
