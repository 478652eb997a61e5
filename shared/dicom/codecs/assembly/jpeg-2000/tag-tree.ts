// Tag trees: a number for each place of a grid, told as far as it is needed (ISO/IEC 15444-1 annex B.10.2).
import { allocate } from '../../../../wasm/assembly/memory/room';
import { readBit } from './header-bits';

const UNKNOWN: i32 = 0x7fffffff;

@unmanaged
class Node {
  /** The number, once it is known; all numbers below it are at least as large. */
  value: i32;
  /** It is known not to be less. */
  least: i32;
  parent: Node | null;
}

/** A tree over a grid. @returns its leaves, row by row */
export function tagTree(columns: i32, rows: i32): usize {
  const leaves = allocate(offsetof<Node>() * usize(columns * rows));
  const parents = columns * rows > 1 ? tagTree((columns + 1) >> 1, (rows + 1) >> 1) : 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const node = leaf(leaves, row * columns + column);
      node.value = UNKNOWN;
      node.least = 0;
      node.parent = parents ? leaf(parents, (row >> 1) * ((columns + 1) >> 1) + (column >> 1)) : null;
    }
  }
  return leaves;
}

function leaf(leaves: usize, index: i32): Node {
  return changetype<Node>(leaves + offsetof<Node>() * usize(index));
}

/** Whether the number of a leaf is less than `limit`, reading what was not told before. */
export function isBelow(tree: usize, index: i32, limit: i32): bool {
  return tell(leaf(tree, index), limit).value < limit;
}

function tell(node: Node, limit: i32): Node {
  const parent = node.parent;
  if (parent) node.least = max(node.least, tell(parent, limit).least);
  while (node.least < limit && node.least < node.value) {
    if (readBit()) node.value = node.least;
    else node.least++;
  }
  return node;
}
