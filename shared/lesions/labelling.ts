import type { Runs } from './runs.ts';

/** Connected components of a mask's runs. */
export interface Components {
  count: number;
  /** For each run, the number of its component: 1.. in raster order of the components' first voxels. */
  ofRun: Int32Array;
}

/**
 * 26-connected components of runs of one class: runs in the same row never touch (they would be one run), runs in
 * neighbouring rows touch when their columns overlap by themselves or diagonally. Two classes never merge.
 *
 * Union-find over runs. Invariant: a set's root is its lowest run, so roots met in order are first voxels in raster
 * order, and numbering needs no sorting.
 */
export function connectedComponents(runs: Runs, rowsPerSlice: number): Components {
  const { count, firstOfRow } = runs;
  const parent = new Int32Array(count);
  for (let run = 0; run < count; run++) parent[run] = run;
  const rows = firstOfRow.length - 1;
  for (let row = 0; row < rows; row++) {
    if (firstOfRow[row] === firstOfRow[row + 1]) continue;
    const j = row % rowsPerSlice;
    if (j > 0) join(runs, parent, row, row - 1);
    const below = row - rowsPerSlice;
    if (below < 0) continue;
    if (j > 0) join(runs, parent, row, below - 1);
    join(runs, parent, row, below);
    if (j < rowsPerSlice - 1) join(runs, parent, row, below + 1);
  }
  const ofRun = new Int32Array(count);
  let components = 0;
  for (let run = 0; run < count; run++) {
    const root = rootOf(parent, run);
    ofRun[run] = root === run ? ++components : ofRun[root];
  }
  return { count: components, ofRun };
}

/** Unites the runs of two rows that touch. */
function join({ start, end, label, firstOfRow }: Runs, parent: Int32Array, row: number, other: number): void {
  const to = firstOfRow[row + 1];
  const otherTo = firstOfRow[other + 1];
  let low = firstOfRow[other];
  for (let a = firstOfRow[row]; a < to; a++) {
    while (low < otherTo && end[low] < start[a]) low++;
    for (let b = low; b < otherTo && start[b] <= end[a]; b++) {
      if (label[a] === label[b]) unite(parent, a, b);
    }
  }
}

function unite(parent: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  if (rootA < rootB) parent[rootB] = rootA;
  else parent[rootA] = rootB;
}

function rootOf(parent: Int32Array, run: number): number {
  let at = run;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]];
    at = parent[at];
  }
  return at;
}
