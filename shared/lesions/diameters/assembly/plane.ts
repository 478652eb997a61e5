/*
 * What is measured of a lesion in one axial slice, in AssemblyScript: contours, rectangles and moments of the parts of
 * a binary image. Contours are many and short, so code that has to become fast first is mostly slow.
 *
 * The image is the lesion's bounding box with a margin of one empty pixel all around, row by row.
 */
import { get8, get32, set32 } from '../../../wasm/assembly/memory/tables';

/** Pixels of the image. Those of outer contours are marked as they are passed. */
const EMPTY: u8 = 0;
const INSIDE: u8 = 1;
const PASSED: u8 = 2;
/** Passed, with the outside right to its east. */
const LAST_PASSED: u8 = 3;
/** A pixel of a part whose moments were taken. */
const COUNTED: u8 = 2;

/** The eight neighbours in clockwise order (rows run down), from the east on. */
const STEPS_X: StaticArray<i32> = [1, 1, 0, -1, -1, -1, 0, 1];
const STEPS_Y: StaticArray<i32> = [0, 1, 1, 1, 0, -1, -1, -1];
const EAST: i32 = 0;
const WEST: i32 = 4;
const NONE: i32 = -1;

/** What was measured last, as numbers of 64 bits: see `rectangleAround` and `nextPart`. */
const measured = memory.data(8 * 7, 8);

/** Hull points, or edges from them, that the sides of the turning rectangle touch. */
const calipers = memory.data(4 * 4, 8);

let columns: i32 = 0;
let rowsPerSlice: i32 = 0;

// Where memory begins for the image, for indices or coordinates of pixels (one is passed four times at most), for the
// first and last column of what the rectangle is to be around in each row, for points in raster order and their hull,
// for its edges, for runs as they come and by label, and for where each label's begin.
let pixels: usize = 0;
let listed: usize = 0;
let ends: usize = 0;
let points: usize = 0;
let hull: usize = 0;
let edges: usize = 0;
let unsorted: usize = 0;
let runsFrom: usize = 0;
let runsTo: usize = 0;
let firstRuns: usize = 0;

// The image, and the column and row that its first pixel has in the volume.
let width: i32 = 0;
let height: i32 = 0;
let left: i32 = 0;
let top: i32 = 0;

/** Area inside the contour that was followed last. */
let area: f64 = 0;

/** The pixel that the search for parts comes to next, and whether it comes from outside of all contours. */
let next: i32 = 0;
let outside: bool = true;

/** The rows of the image with ends. */
let firstRow: i32 = 0;
let lastRow: i32 = -1;

export function measuredAt(): usize {
  return measured;
}

export function contourArea(): f64 {
  return area;
}

/** Makes room for slices of so many columns and rows, and for runs of labels up to the highest. */
export function reserve(columnsOfSlice: i32, rowsOfSlice: i32, runs: i32, highestLabel: i32): void {
  columns = columnsOfSlice;
  rowsPerSlice = rowsOfSlice;
  const rows = rowsOfSlice + 2;
  const size = (columnsOfSlice + 2) * rows;
  unsorted = (__heap_base + 7) & ~7;
  runsFrom = unsorted + 3 * 4 * runs;
  runsTo = runsFrom + 4 * runs;
  firstRuns = runsTo + 4 * runs;
  points = (firstRuns + 4 * (highestLabel + 2) + 7) & ~7;
  hull = points + 16 * 2 * rows;
  edges = hull + 16 * 4 * rows;
  ends = edges + 24 * 4 * rows;
  listed = ends + 8 * rows;
  pixels = listed + 4 * 4 * size;
  const missing = i32((pixels + size + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
}

/** Where runs are put: the first voxels of all, the voxels after their last, and their labels. */
export function unsortedAt(): usize {
  return unsorted;
}

/** Where the runs are by label, each label's in the order given: first voxels of all, and voxels after their last. */
export function runsAt(): usize {
  return runsFrom;
}

/** The first of a label's runs; those of the next label follow them. */
export function firstRun(label: i32): i32 {
  return get32(firstRuns, label);
}

/** Puts each label's runs together. */
export function sortRuns(count: i32, highestLabel: i32): void {
  const unsortedTo = unsorted + 4 * count;
  const labels = unsortedTo + 4 * count;
  memory.fill(firstRuns, 0, 4 * (highestLabel + 2));
  for (let i = 0; i < count; i++) {
    const label = get32(labels, i);
    set32(firstRuns, label, get32(firstRuns, label) + 1);
  }
  let end: u32 = 0;
  for (let label = 0; label <= highestLabel + 1; label++) {
    end += get32(firstRuns, label);
    set32(firstRuns, label, end);
  }
  // from the last run on, where a label's runs end moves down to where they begin
  for (let i = count - 1; i >= 0; i--) {
    const label = get32(labels, i);
    const at = get32(firstRuns, label) - 1;
    set32(firstRuns, label, at);
    set32(runsFrom, at, get32(unsorted, i));
    set32(runsTo, at, get32(unsortedTo, i));
  }
}

/** Where `blank` begins the image. */
export function pixelsAt(): usize {
  return pixels;
}

/** Where points are put, in raster order, as coordinates of 64 bits. */
export function pointsAt(): usize {
  return points;
}

/** Begins an image whose first pixel has this column and row in the volume. */
export function blank(column: i32, row: i32, columnsWithMargin: i32, rowsWithMargin: i32): void {
  left = column;
  top = row;
  width = columnsWithMargin;
  height = rowsWithMargin;
  next = 0;
  outside = true;
  memory.fill(pixels, 0, width * height);
  for (let y = 0; y < height; y++) clearEnds(y);
  firstRow = height;
  lastRow = -1;
}

/** Draws the runs from `run` on that lie in its slice, and are before `end`; gives the run after them. */
export function drawSlice(run: i32, end: i32): i32 {
  const planeSize = u32(columns * rowsPerSlice);
  const first = get32(runsFrom, run);
  const sliceStart = first - (first % planeSize);
  let after = run;
  let rowStart = first - (first % columns);
  let least = columns;
  let most = 0;
  for (; after < end; after++) {
    const from = get32(runsFrom, after);
    if (from - sliceStart >= planeSize) break;
    while (from - rowStart >= u32(columns)) rowStart += columns;
    least = min(least, i32(from - rowStart));
    most = max(most, i32(get32(runsTo, after) - rowStart));
  }
  const topRow = i32((first - sliceStart) / columns);
  const bottomRow = i32((rowStart - sliceStart) / columns);
  blank(least - 1, topRow - 1, most - least + 2, bottomRow - topRow + 3);
  rowStart = sliceStart + topRow * columns;
  let row = pixels + width + 1 - least;
  for (let i = run; i < after; i++) {
    const from = get32(runsFrom, i);
    while (from - rowStart >= u32(columns)) {
      rowStart += columns;
      row += width;
    }
    memory.fill(row + (from - rowStart), INSIDE, get32(runsTo, i) - from);
  }
  return after;
}

/**
 * Follows the next outer contour: parts come in raster order of their first pixels, without those in a hole of another
 * one. This is border following of outermost borders (Suzuki & Abe, CVGIP 1985; 30:32, algorithm 2): a part is new when
 * the last passed pixel before it in its row, if any, has the outside to its east.
 * @returns how many pixels were passed, 0 when there is no further contour
 */
export function nextContour(): i32 {
  const size = width * height;
  for (; next < size; next++) {
    const pixel = get8(pixels, next);
    if (pixel == EMPTY) continue;
    if (pixel != INSIDE) outside = pixel == LAST_PASSED;
    else if (outside) return follow(next);
  }
  return 0;
}

/** Where the pixels of the contour are, column and row in the volume in 16 bits each. */
export function contourAt(): usize {
  return listed;
}

/**
 * The outer contour of the 8-connected part whose first pixel in raster order is `first`: the pixel centres passed
 * when its border is followed once around (Moore neighbourhood; Jacob's stopping criterion). Thin parts are passed
 * on both sides, so a line has area 0, by the shoelace formula.
 */
function follow(first: i32): i32 {
  let at = first;
  let x = at % width;
  let y = at / width;
  area = 0;
  let twice: i64 = 0;
  // the first pixel in raster order has nothing to its west or north: the search begins there
  let direction = nextDirection(at, WEST);
  if (direction == NONE) {
    listPixel(0, x, y);
    return 1;
  }
  const firstDirection = direction;
  firstRow = min(firstRow, y);
  let passed = 0;
  do {
    listPixel(passed++, x, y);
    widenEnds(x, y);
    lastRow = max(lastRow, y);
    const stepX = unchecked(STEPS_X[direction]);
    const stepY = unchecked(STEPS_Y[direction]);
    twice += x * stepY - y * stepX;
    x += stepX;
    y += stepY;
    at += stepY * width + stepX;
    direction = nextDirection(at, (direction + 5) & 7);
  } while (at != first || direction != firstDirection);
  area = Math.abs(f64(twice)) / 2;
  return passed;
}

/** The first neighbour that is set, clockwise from `from`; marks the pixel as passed. */
function nextDirection(at: i32, from: i32): i32 {
  let mark = get8(pixels, at);
  if (mark == INSIDE) mark = PASSED;
  let found = NONE;
  for (let turn = 0; turn < 8; turn++) {
    const direction = (from + turn) & 7;
    const neighbour = at + unchecked(STEPS_Y[direction]) * width + unchecked(STEPS_X[direction]);
    if (get8(pixels, neighbour)) {
      found = direction;
      break;
    }
    if (direction == EAST) mark = LAST_PASSED;
  }
  store<u8>(pixels + at, mark);
  return found;
}

// @ts-ignore: decorator
@inline
function listPixel(i: i32, x: i32, y: i32): void {
  store<u32>(listed + (i << 2), u32(left + x) | (u32(top + y) << 16));
}

// @ts-ignore: decorator
@inline
function widenEnds(x: i32, y: i32): void {
  const row = ends + (y << 3);
  store<i32>(row, min(load<i32>(row), x));
  store<i32>(row, max(load<i32>(row, 4), x), 4);
}

function clearEnds(y: i32): void {
  store<i32>(ends + (y << 3), i32.MAX_VALUE);
  store<i32>(ends + (y << 3), -1, 4);
}

/**
 * The rectangle of least area around the contours of more than one pixel that were followed since the last one. Only
 * the first and the last pixel of a row can be a corner of the hull.
 * @param stretch what columns are multiplied with
 */
export function rectangle(stretch: f64): void {
  let count = 0;
  for (let y = firstRow; y <= lastRow; y++) {
    const last = load<i32>(ends + (y << 3), 4);
    if (last < 0) continue;
    const row = f64(top + y);
    setPoint(points, count++, f64(left + load<i32>(ends + (y << 3))) * stretch, row);
    setPoint(points, count++, f64(left + last) * stretch, row);
    clearEnds(y);
  }
  firstRow = height;
  lastRow = -1;
  rectangleAround(count);
}

/**
 * The rectangle of least area around points. One of its sides lies along an edge of their convex hull (Freeman &
 * Shapira, CACM 1975; 18:409); rotating calipers meet every edge in a quarter turn (Toussaint, MELECON 1983).
 *
 * All rectangles around a triangle have the same area, so the choice between equals is made on purpose: areas are
 * compared in float32 and the last of the smallest is taken, as OpenCV's minAreaRect does, which the reference uses.
 *
 * Measured are the unit vector (x, y) along a side, and from where to where the rectangle goes along this, and along
 * the vector a quarter turn from it.
 */
export function rectangleAround(count: i32): void {
  const corners = convexHull(count);
  if (corners < 2) {
    // all around a single point, which is where the chains begin
    extentsAlong(1, 1, 0);
    return;
  }
  for (let i = 0; i < corners; i++) {
    const after = i + 1 == corners ? 0 : i + 1;
    const dx = xOf(hull, after) - xOf(hull, i);
    const dy = yOf(hull, after) - yOf(hull, i);
    setEdge(i, dx, dy, fround(1 / length(dx, dy)));
  }
  firstCalipers(corners);
  let a: f64 = 1;
  let b: f64 = 0;
  let bestA: f64 = 1;
  let bestB: f64 = 0;
  let bestArea = f64.POSITIVE_INFINITY;
  for (let turn = 0; turn < corners; turn++) {
    const side = nextSide(a, b);
    const edge = get32(calipers, side);
    a = fround(xOfEdge(edge) * inverseLength(edge));
    b = fround(yOfEdge(edge) * inverseLength(edge));
    // from this side a quarter of a circle on to each next one, back to the first
    for (let i = side; i < 4; i++) {
      const before = a;
      a = -b;
      b = before;
    }
    set32(calipers, side, i32(edge) + 1 == corners ? 0 : edge + 1);
    const tried = areaBetween(a, b);
    if (tried > bestArea) continue;
    bestArea = tried;
    bestA = a;
    bestB = b;
  }
  extentsAlong(corners, bestA, bestB);
}

/** Hull points that the axis-parallel rectangle touches: lowest row, last column, last row, first column. */
function firstCalipers(corners: i32): void {
  for (let side = 0; side < 4; side++) set32(calipers, side, 0);
  for (let i = 1; i < corners; i++) {
    const x = xOf(hull, i);
    const y = yOf(hull, i);
    if (y < yOf(hull, get32(calipers, 0))) set32(calipers, 0, i);
    if (x > xOf(hull, get32(calipers, 1))) set32(calipers, 1, i);
    if (y > yOf(hull, get32(calipers, 2))) set32(calipers, 2, i);
    if (x < xOf(hull, get32(calipers, 3))) set32(calipers, 3, i);
  }
}

/** The side of the rectangle along (a, b) that meets a hull edge first when it turns. */
// @ts-ignore: decorator
@inline
function nextSide(a: f64, b: f64): i32 {
  let first = 0;
  let most = f64.NEGATIVE_INFINITY;
  for (let side = 0; side < 4; side++) {
    const edge = get32(calipers, side);
    const cosine = fround(dot32(xOfEdge(edge), yOfEdge(edge), a, b) * inverseLength(edge));
    if (cosine > most) {
      most = cosine;
      first = side;
    }
    const before = a;
    a = -b;
    b = before;
  }
  return first;
}

/** Area, in float32, of the rectangle along (a, b) whose sides touch the calipers' points. */
// @ts-ignore: decorator
@inline
function areaBetween(a: f64, b: f64): f64 {
  const bottom = get32(calipers, 0);
  const right = get32(calipers, 1);
  const top = get32(calipers, 2);
  const left = get32(calipers, 3);
  const along = dot32(xOf(hull, right) - xOf(hull, left), yOf(hull, right) - yOf(hull, left), a, b);
  const across = dot32(xOf(hull, top) - xOf(hull, bottom), yOf(hull, top) - yOf(hull, bottom), -b, a);
  return fround(along * across);
}

/**
 * Andrew's monotone chain (Inf. Process. Lett. 1979; 9:216) over points in raster order, counterclockwise from the
 * first; collinear points are left out.
 */
function convexHull(count: i32): i32 {
  const corners = chain(0, 0, count - 1, 1);
  return chain(corners, count - 1, 0, -1);
}

/** Adds the chain of the points from `first` to `last`, without its end, to a hull of `corners`. */
function chain(corners: i32, first: i32, last: i32, step: i32): i32 {
  const second = corners + 1;
  let size = corners;
  for (let i = first; i != last + step; i += step) {
    const x = xOf(points, i);
    const y = yOf(points, i);
    while (size > second && turn(size, x, y) <= 0) size--;
    setPoint(hull, size++, x, y);
  }
  return size - 1;
}

/** How the way of the last two of `size` corners turns to a point: above 0 to the left. */
// @ts-ignore: decorator
@inline
function turn(size: i32, x: f64, y: f64): f64 {
  const ax = xOf(hull, size - 2);
  const ay = yOf(hull, size - 2);
  return (xOf(hull, size - 1) - ax) * (y - ay) - (yOf(hull, size - 1) - ay) * (x - ax);
}

function extentsAlong(corners: i32, a: f64, b: f64): void {
  const unit = length(a, b);
  const ux = a / unit;
  const uy = b / unit;
  let minU = f64.POSITIVE_INFINITY;
  let maxU = f64.NEGATIVE_INFINITY;
  let minV = f64.POSITIVE_INFINITY;
  let maxV = f64.NEGATIVE_INFINITY;
  for (let i = 0; i < corners; i++) {
    const x = xOf(hull, i);
    const y = yOf(hull, i);
    const u = x * ux + y * uy;
    const v = y * ux - x * uy;
    minU = min(minU, u);
    maxU = max(maxU, u);
    minV = min(minV, v);
    maxV = max(maxV, v);
  }
  setMeasured(0, ux);
  setMeasured(1, uy);
  setMeasured(2, minU);
  setMeasured(3, maxU);
  setMeasured(4, minV);
  setMeasured(5, maxV);
}

/**
 * Takes the moments of the next 8-connected part, in raster order of their first pixels. Measured are the sums over its
 * pixels of x, y, x^2, y^2 and xy, in columns and rows of the image, and the column and row that the image begins at.
 * @returns how many pixels it has, 0 when there is no further part
 */
export function nextPart(): i32 {
  const size = width * height;
  while (next < size && get8(pixels, next) != INSIDE) next++;
  if (next == size) return 0;
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  let sumXX: f64 = 0;
  let sumYY: f64 = 0;
  let sumXY: f64 = 0;
  let count = 0;
  let found = find(next, 0);
  while (count < found) {
    const at = i32(get32(listed, count++));
    const x = f64(at % width);
    const y = f64(at / width);
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumYY += y * y;
    sumXY += x * y;
    for (let above = at - width; above <= at + width; above += width) {
      found = find(above - 1, found);
      found = find(above, found);
      found = find(above + 1, found);
    }
  }
  setMeasured(0, sumX);
  setMeasured(1, sumY);
  setMeasured(2, sumXX);
  setMeasured(3, sumYY);
  setMeasured(4, sumXY);
  setMeasured(5, f64(left));
  setMeasured(6, f64(top));
  return count;
}

/** Lists a pixel of a part when it is new. */
// @ts-ignore: decorator
@inline
function find(at: i32, found: i32): i32 {
  if (get8(pixels, at) != INSIDE) return found;
  store<u8>(pixels + at, COUNTED);
  store<u32>(listed + (found << 2), at);
  return found + 1;
}

// @ts-ignore: decorator
@inline
function dot32(x: f64, y: f64, a: f64, b: f64): f64 {
  return fround(fround(x * a) + fround(y * b));
}

// @ts-ignore: decorator
@inline
function fround(value: f64): f64 {
  return f64(f32(value));
}

/** The length of a vector, to the last bit as V8's Math.hypot has it. */
// @ts-ignore: decorator
@inline
function length(x: f64, y: f64): f64 {
  const longer = max(Math.abs(x), Math.abs(y));
  const dx = x / longer;
  const dy = y / longer;
  return Math.sqrt(dx * dx + dy * dy) * longer;
}

// @ts-ignore: decorator
@inline
function setMeasured(index: i32, value: f64): void {
  store<f64>(measured + (usize(index) << 3), value);
}

// Lists of points and edges in memory, by index.

// @ts-ignore: decorator
@inline
function xOf(list: usize, index: i32): f64 {
  return load<f64>(list + (usize(index) << 4));
}

// @ts-ignore: decorator
@inline
function yOf(list: usize, index: i32): f64 {
  return load<f64>(list + (usize(index) << 4), 8);
}

// @ts-ignore: decorator
@inline
function setPoint(list: usize, index: i32, x: f64, y: f64): void {
  const point = list + (usize(index) << 4);
  store<f64>(point, x);
  store<f64>(point, y, 8);
}

// @ts-ignore: decorator
@inline
function xOfEdge(index: i32): f64 {
  return load<f64>(edges + 24 * usize(index));
}

// @ts-ignore: decorator
@inline
function yOfEdge(index: i32): f64 {
  return load<f64>(edges + 24 * usize(index), 8);
}

// @ts-ignore: decorator
@inline
function inverseLength(index: i32): f64 {
  return load<f64>(edges + 24 * usize(index), 16);
}

// @ts-ignore: decorator
@inline
function setEdge(index: i32, x: f64, y: f64, inverse: f64): void {
  const edge = edges + 24 * usize(index);
  store<f64>(edge, x);
  store<f64>(edge, y, 8);
  store<f64>(edge, inverse, 16);
}
