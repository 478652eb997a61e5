import { gunzipSync } from 'node:zlib';
import { DatasetError } from '../errors.ts';
import type { Affine, Shape, VoxelArray } from '../volume/volume.ts';
import { fromLps, type Point } from './affine.ts';

/** A label volume of one or more layers from a NRRD file, with the key/value pairs of its header. */
export interface Nrrd {
  shape: Shape;
  /** Voxel indices to RAS mm. */
  affine: Affine;
  /** The voxels of each layer, i fastest; a volume without a list axis has one layer. */
  layers: ArrayLike<number>[];
  keyValues: Map<string, string>;
}

interface NumberType {
  names: string[];
  view: new (buffer: ArrayBuffer) => VoxelArray;
  bytes: number;
}

/** Voxel types by the names the NRRD definition gives them; 64-bit integers are not used for labels. */
const TYPES: NumberType[] = [
  { names: ['uchar', 'unsigned char', 'uint8', 'uint8_t'], view: Uint8Array, bytes: 1 },
  { names: ['signed char', 'int8', 'int8_t'], view: Int8Array, bytes: 1 },
  { names: ['short', 'short int', 'signed short', 'int16', 'int16_t'], view: Int16Array, bytes: 2 },
  { names: ['ushort', 'unsigned short', 'uint16', 'uint16_t'], view: Uint16Array, bytes: 2 },
  { names: ['int', 'signed int', 'int32', 'int32_t'], view: Int32Array, bytes: 4 },
  { names: ['uint', 'unsigned int', 'uint32', 'uint32_t'], view: Uint32Array, bytes: 4 },
  { names: ['float'], view: Float32Array, bytes: 4 },
  { names: ['double'], view: Float64Array, bytes: 8 },
];

/** Signs that turn the named space into LPS. */
const SPACES: Record<string, Point> = {
  'left-posterior-superior': [1, 1, 1],
  lps: [1, 1, 1],
  'right-anterior-superior': [-1, -1, 1],
  ras: [-1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
  las: [1, -1, 1],
};

/**
 * Reads an attached-header NRRD file (teem's NRRD0001 to NRRD0005) of three space axes and at most one list axis,
 * encoded raw, gzip or as text.
 * @throws SEGMENTATION_UNREADABLE with the key and what is wrong
 */
export function readNrrd(file: Uint8Array, key: string): Nrrd {
  const { fields, keyValues, dataStart } = readHeader(file, key);
  const fail = (what: string, cause?: unknown) =>
    new DatasetError('SEGMENTATION_UNREADABLE', `${key}: ${what}`, { keys: [key], cause });
  const field = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw fail(`its NRRD header has no field '${name}'; save it with a geometry`);
    return value;
  };
  if (fields.has('data file') || fields.has('datafile')) {
    throw fail('its voxels are in another file; save it as one .nrrd file');
  }
  const type = TYPES.find(({ names }) => names.includes(field('type')));
  if (!type) throw fail(`voxels of type '${field('type')}' are not labels of 8 to 32 bits`);
  const space = SPACES[field('space').toLowerCase()];
  if (!space) throw fail(`space '${field('space')}' is not LPS, RAS or LAS`);
  const sizes = field('sizes').split(/\s+/).map(Number);
  const directions = vectorsOf(field('space directions'));
  const spatial = directions.flatMap((vector, axis) => (vector ? [axis] : []));
  const origin = vectorsOf(field('space origin'))[0];
  if (spatial.length !== 3 || sizes.length !== directions.length || sizes.length > 4 || !origin) {
    throw fail(`its axes (sizes ${field('sizes')}) are not three of space and at most one list of layers`);
  }
  const toLps = (vector: Point): Point => [vector[0] * space[0], vector[1] * space[1], vector[2] * space[2]];
  const steps = spatial.map((axis) => toLps(directions[axis]!)) as [Point, Point, Point];
  const count = sizes.reduce((product, size) => product * size, 1);
  const voxels = decode(file.subarray(dataStart), field('encoding'), type, count, fields.get('endian'), fail);
  const listAxis = [0, 1, 2, 3].find((axis) => axis < sizes.length && !spatial.includes(axis));
  return {
    shape: spatial.map((axis) => sizes[axis]) as Shape,
    affine: fromLps(steps, toLps(origin)),
    layers: listAxis === undefined ? [voxels] : layersOf(voxels, sizes, listAxis),
    keyValues,
  };
}

function readHeader(file: Uint8Array, key: string) {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const ends = ['\n\n', '\r\n\r\n']
    .map((mark) => ({ mark, at: bytes.indexOf(mark) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  if (bytes.toString('latin1', 0, 4) !== 'NRRD' || ends.length === 0) {
    throw new DatasetError('SEGMENTATION_UNREADABLE', `${key} is not a NRRD file with its header inside`, {
      keys: [key],
    });
  }
  const fields = new Map<string, string>();
  const keyValues = new Map<string, string>();
  for (const line of bytes.toString('utf8', 0, ends[0].at).split(/\r?\n/).slice(1)) {
    if (line.startsWith('#')) continue;
    const pair = /^([^:]+):=(.*)$/.exec(line);
    if (pair) keyValues.set(pair[1], pair[2].replaceAll('\\n', '\n'));
    const named = pair ? null : /^([^:]+): (.*)$/.exec(line);
    if (named) fields.set(named[1].toLowerCase(), named[2].trim());
  }
  return { fields, keyValues, dataStart: ends[0].at + ends[0].mark.length };
}

/** `none (1,0,0) (0,1,0) (0,0,1)`: undefined for an axis that is not one of space. */
function vectorsOf(text: string): (Point | undefined)[] {
  const vectors = text.match(/none|\([^)]*\)/g) ?? [];
  return vectors.map((vector) => {
    const numbers = vector.replace(/[()]/g, '').split(',').map(Number);
    return numbers.length === 3 && numbers.every(Number.isFinite) ? (numbers as Point) : undefined;
  });
}

function decode(
  data: Uint8Array,
  encoding: string,
  type: NumberType,
  count: number,
  endian: string | undefined,
  fail: (what: string, cause?: unknown) => DatasetError,
): ArrayLike<number> {
  if (['ascii', 'text', 'txt'].includes(encoding)) {
    const numbers = Buffer.from(data).toString('latin1').trim().split(/\s+/).map(Number);
    if (numbers.length < count) throw fail(`it has ${numbers.length} of ${count} voxels; copy it again`);
    return numbers;
  }
  let bytes = data;
  if (encoding === 'gzip' || encoding === 'gz') {
    try {
      bytes = gunzipSync(data);
    } catch (cause) {
      throw fail('its gzip stream is damaged; copy it again', cause);
    }
  } else if (encoding !== 'raw') throw fail(`encoding '${encoding}' is not raw, gzip or text`);
  if (bytes.length < count * type.bytes) {
    throw fail(`it ends after ${bytes.length} of ${count * type.bytes} bytes of voxels; copy it again`);
  }
  const own = Buffer.from(bytes.slice(0, count * type.bytes));
  if (endian === 'big' && type.bytes === 2) own.swap16();
  if (endian === 'big' && type.bytes === 4) own.swap32();
  if (endian === 'big' && type.bytes === 8) own.swap64();
  return new type.view(new Uint8Array(own).buffer);
}

/** The list axis may be any; Slicer puts it first, so that the layers are interleaved. */
function layersOf(voxels: ArrayLike<number>, sizes: number[], listAxis: number): ArrayLike<number>[] {
  const inner = sizes.slice(0, listAxis).reduce((product, size) => product * size, 1);
  const layers = sizes[listAxis];
  const size = voxels.length / layers;
  return Array.from({ length: layers }, (_, layer) => {
    const out = new Int32Array(size);
    for (let at = 0; at < size; at++) {
      out[at] = voxels[(Math.floor(at / inner) * layers + layer) * inner + (at % inner)];
    }
    return out;
  });
}
