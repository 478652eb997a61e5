/** A closed polygon as x0, y0, x1, y1, ... in pixel coordinates: pixel (i, j) has its centre at x = i, y = j. */
export type Polygon = number[];

/** How near a contour a pixel centre counts as on it, in pixels: above the rounding of decimal strings in files. */
const ON_CONTOUR = 0.01;

/**
 * Fills the polygons of one structure on one slice. A pixel belongs to the structure when its centre lies inside an
 * odd number of the polygons (so that an inner contour cuts a hole, and a keyhole cuts one too), or on a contour.
 *
 * Contours made from masks run through the centres of the outermost pixels, of holes through the pixels around the
 * hole; since centres on a contour count, such masks come back whole.
 * @param out one byte a pixel, row by row; filled pixels become 1
 */
export function fillPolygons(polygons: Polygon[], columns: number, rows: number, out: Uint8Array): void {
  const crossings: number[][] = Array.from({ length: rows }, () => []);
  for (const polygon of polygons) {
    forEachEdge(polygon, (x0, y0, x1, y1) => {
      if (y0 === y1) return;
      // half-open in y, so that a vertex on a row counts once
      const [low, high] = y0 < y1 ? [y0, y1] : [y1, y0];
      const first = Math.max(0, Math.ceil(low));
      for (let j = first; j < Math.min(high, rows); j++) {
        crossings[j].push(x0 + ((j - y0) / (y1 - y0)) * (x1 - x0));
      }
    });
  }
  for (const [j, xs] of crossings.entries()) {
    xs.sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < xs.length; pair += 2) {
      const from = Math.max(0, Math.ceil(xs[pair]));
      const to = Math.min(columns - 1, Math.floor(xs[pair + 1]));
      if (from <= to) out.fill(1, j * columns + from, j * columns + to + 1);
    }
  }
  for (const polygon of polygons) {
    forEachEdge(polygon, (...edge) => markCentresOn(edge, columns, rows, out));
  }
}

function forEachEdge(
  polygon: Polygon,
  visit: (x0: number, y0: number, x1: number, y1: number) => void,
): void {
  for (let at = 0; at < polygon.length; at += 2) {
    const next = (at + 2) % polygon.length;
    visit(polygon[at], polygon[at + 1], polygon[next], polygon[next + 1]);
  }
}

type Edge = [x0: number, y0: number, x1: number, y1: number];

/** Marks the pixel centres that lie on an edge: at most one a row or column, along its longer extent. */
function markCentresOn([x0, y0, x1, y1]: Edge, columns: number, rows: number, out: Uint8Array): void {
  const alongX = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
  const [from, to] = alongX ? [x0, x1] : [y0, y1];
  const first = Math.max(0, Math.ceil(Math.min(from, to) - ON_CONTOUR));
  const last = Math.min((alongX ? columns : rows) - 1, Math.floor(Math.max(from, to) + ON_CONTOUR));
  for (let along = first; along <= last; along++) {
    const share = to === from ? 0 : Math.min(1, Math.max(0, (along - from) / (to - from)));
    const across = alongX ? y0 + share * (y1 - y0) : x0 + share * (x1 - x0);
    const nearest = Math.round(across);
    if (Math.abs(across - nearest) > ON_CONTOUR) continue;
    const [i, j] = alongX ? [along, nearest] : [nearest, along];
    if (i >= 0 && j >= 0 && i < columns && j < rows) out[j * columns + i] = 1;
  }
}
