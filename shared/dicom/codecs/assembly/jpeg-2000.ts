/*
 * JPEG 2000 as CT scanners and archives write it, in AssemblyScript: one component, one tile, the reversible wavelet,
 * one precinct a resolution and code-blocks in the plain style. Whatever else there is, the caller leaves to OpenJPEG.
 *
 * The folder beside this file has the parts, from the bytes on: packets, code-blocks, wavelet.
 */
import { allocate, freeAll } from '../../../wasm/assembly/memory/room';
import { allocateBlock, decodeBlock } from './jpeg-2000/code-block';
import { ACROSS, DOWN } from './jpeg-2000/contexts';
import { readPacket } from './jpeg-2000/packets';
import { Block, layOut, Subband } from './jpeg-2000/subbands';
import { allocateRows, lower, undoWavelet } from './jpeg-2000/wavelet';

const MAX_LEVELS: i32 = 32;

/** The packets, one after the other, and of each subband its number of bit planes: to be put here. */
export let packets: usize = 0;
export const planes = memory.data(3 * MAX_LEVELS + 1, 16);
/** Where the samples are left, in 16 bits each. */
export let samples: usize = 0;

let columns: i32 = 0;
let rows: i32 = 0;
let levels: i32 = 0;
let bytes: i32 = 0;
let pitch: usize = 0;
let bands: usize = 0;
let plane: usize = 0;
let image: usize = 0;
/** The parts of a code-block, in one piece. */
let joined: usize = 0;

/** Makes room for a frame whose packets have so many bytes. Frames of the same kind take the same memory. */
export function begin(frameColumns: i32, frameRows: i32, waveletLevels: i32, packetBytes: i32): void {
  freeAll();
  columns = frameColumns;
  rows = frameRows;
  levels = waveletLevels;
  bytes = packetBytes;
  // a vector more than a row has
  pitch = 4 * ((usize(columns) + 7) & ~3);
  packets = allocate(bytes);
  joined = allocate(bytes + 2);
  plane = allocate(pitch * rows + 16);
  image = allocate(pitch * rows + 16);
  samples = allocate(2 * usize(columns) * rows + 16);
  bands = allocate(offsetof<Subband>() * usize(3 * levels + 1));
}

/**
 * Decodes the frame.
 * @param layersFirst whether all resolutions of a layer come before the next layer
 * @param precision bits a sample, up to 16
 * @returns whether the packets were as they must be; if not, OpenJPEG may know better
 */
export function decode(
  blockWidth: i32,
  blockHeight: i32,
  layers: i32,
  layersFirst: bool,
  precision: i32,
  isSigned: bool,
): bool {
  layOutBands(blockWidth, blockHeight);
  if (!readPackets(layers, layersFirst)) return false;
  allocateBlock(blockWidth, blockHeight);
  memory.fill(plane, 0, pitch * rows);
  for (let i = 0; i <= 3 * levels; i++) decodeBand(bandAt(i));
  allocateRows(columns);
  undoWavelet(plane, image, pitch, columns, rows, levels);
  putSamples(levels ? image : plane, precision, isSigned);
  return true;
}

function bandAt(index: i32): Subband {
  return changetype<Subband>(bands + offsetof<Subband>() * usize(index));
}

function layOutBands(blockWidth: i32, blockHeight: i32): void {
  for (let i = 0; i <= 3 * levels; i++) {
    const level = levels - (i + 2) / 3;
    const kind = i == 0 ? DOWN : (i - 1) % 3;
    const isRight = i > 0 && kind != DOWN;
    const isBelow = i > 0 && kind != ACROSS;
    // of the resolution this subband belongs to, the part that the lower one takes
    const left = i == 0 ? 0 : lower(columns, level + 1);
    const top = i == 0 ? 0 : lower(rows, level + 1);
    const width = lower(columns, level) - left;
    const height = lower(rows, level) - top;
    const band = bandAt(i);
    band.kind = kind;
    band.planes = load<u8>(planes + usize(i));
    const x = isRight ? left : 0;
    const y = isBelow ? top : 0;
    layOut(
      band,
      plane + usize(y) * pitch + 4 * usize(x),
      pitch,
      isRight || i == 0 ? width : left,
      isBelow || i == 0 ? height : top,
      blockWidth,
      blockHeight,
    );
  }
}

function readPackets(layers: i32, layersFirst: bool): bool {
  const resolutions = levels + 1;
  const end = packets + bytes;
  let at = packets;
  for (let i = 0; i < layers * resolutions; i++) {
    const layer = layersFirst ? i / resolutions : i % layers;
    const resolution = layersFirst ? i % resolutions : i / layers;
    const first = bandAt(resolution == 0 ? 0 : 3 * resolution - 2);
    at = readPacket(at, end, changetype<usize>(first), resolution == 0 ? 1 : 3, layer);
    if (!at) return false;
  }
  return at == end;
}

function decodeBand(band: Subband): void {
  for (let index = 0; index < band.count; index++) {
    const block = band.block(index);
    if (block.passes) decodeBlock(block, joined, join(block), band.kind, pitch);
  }
}

/** Puts the parts of a code-block together. @returns their bytes */
function join(block: Block): i32 {
  let to = joined;
  let piece = block.first;
  while (piece) {
    memory.copy(to, piece.at, usize(piece.bytes));
    to += usize(piece.bytes);
    piece = piece.next;
  }
  return i32(to - joined);
}

/** Unsigned samples were stored with half their range subtracted (annex G.1); all are held to their range. */
function putSamples(from: usize, precision: i32, isSigned: bool): void {
  const half = 1 << (precision - 1);
  const shift = i32x4.splat(isSigned ? 0 : half);
  const least = i32x4.splat(isSigned ? -half : 0);
  const most = i32x4.splat(isSigned ? half - 1 : 2 * half - 1);
  let to = samples;
  for (let row = 0; row < rows; row++, from += pitch, to += 2 * usize(columns)) {
    for (let column: usize = 0; column < usize(columns); column += 4) {
      const value = i32x4.add(v128.load(from + 4 * column), shift);
      const held = i32x4.max_s(i32x4.min_s(value, most), least);
      const four = v128.shuffle<i16>(held, held, 0, 2, 4, 6, 0, 2, 4, 6);
      store<u64>(to + 2 * column, i64x2.extract_lane(four, 0));
    }
  }
}
