import { instanceOf } from '../../wasm/instance.ts';
import { type FrameFormat, keepBits, type StoredValues } from './frame.ts';
import { COD, type Codestream, QCD, SOD } from './jpeg-2000-codestream.ts';
import { wasm } from './jpeg-2000-wasm.ts';

/** Comments, and lengths of tile-parts and packets, which tell a decoder nothing it needs (ISO/IEC 15444-1 A.7, A.9). */
const REMARKS = [0xff55, 0xff57, 0xff58, 0xff64];
/** Bit planes of a coefficient, and samples of a frame, that there is room for. */
const MAX_PLANES = 30;
const MAX_SAMPLES = 1 << 24;

/** A codestream of the plain kind. */
interface Plain {
  columns: number;
  rows: number;
  precision: number;
  isSigned: boolean;
  layersFirst: boolean;
  layers: number;
  levels: number;
  blockWidth: number;
  blockHeight: number;
  /** Bit planes of each subband. */
  planes: number[];
  /** Where the packets are, in the codestream. */
  packets: { start: number; end: number }[];
}

/** What the compiled module exports. */
interface Decoder {
  memory: WebAssembly.Memory;
  begin(columns: number, rows: number, levels: number, bytes: number): void;
  decode(
    blockWidth: number,
    blockHeight: number,
    layers: number,
    layersFirst: boolean,
    precision: number,
    isSigned: boolean,
  ): number;
  packets: WebAssembly.Global;
  planes: WebAssembly.Global;
  samples: WebAssembly.Global;
}

let decoder: Decoder | undefined;

/**
 * Decodes a lossless codestream of the plain kind, as nearly all of CT are: one component and tile, the reversible
 * wavelet, one precinct a resolution, no options for code-blocks. The module does in two thirds of the time what
 * OpenJPEG does, and is compiled in a tenth.
 * @returns whether it did: not if the codestream is of another kind, or its packets contradict themselves
 */
export function decodePlain(codestream: Codestream, format: FrameFormat, out: StoredValues): boolean {
  const plain = plainOf(codestream);
  if (!plain) return false;
  const { columns, rows, precision, isSigned, levels, planes, packets } = plain;
  const bytes = packets.reduce((sum, { start, end }) => sum + end - start, 0);
  decoder ??= instanceOf<Decoder>(wasm);
  decoder.begin(columns, rows, levels, bytes);
  const memory = new Uint8Array(decoder.memory.buffer);
  memory.set(planes, decoder.planes.value);
  const { buffer, byteOffset } = codestream.view;
  let at = decoder.packets.value;
  for (const { start, end } of packets) {
    memory.set(new Uint8Array(buffer, byteOffset + start, end - start), at);
    at += end - start;
  }
  const { blockWidth, blockHeight, layers, layersFirst } = plain;
  if (!decoder.decode(blockWidth, blockHeight, layers, layersFirst, precision, isSigned)) return false;
  out.set(new Uint16Array(decoder.memory.buffer, decoder.samples.value, out.length));
  // The codestream and the data set may disagree about the sign; the bits are right, and the data set decides.
  const isAsStored = precision <= format.bitsStored && isSigned === (format.pixelRepresentation === 1);
  if (!isAsStored) keepBits(out, format, Math.min(precision, format.bitsStored));
  return true;
}

function plainOf({ view, size, segments, tileParts }: Codestream): Plain | undefined {
  const needed = segments.filter(({ marker }) => !REMARKS.includes(marker));
  const [cod, qcd] = [COD, QCD].map((one) => needed.find(({ marker }) => marker === one)?.at);
  if (needed.length !== 2 || cod === undefined || qcd === undefined) return undefined;

  const { right: columns, bottom: rows, left, top, tileLeft, tileTop, precision, isSigned } = size;
  const isOneTile = size.tileWidth >= columns && size.tileHeight >= rows;
  if (left || top || tileLeft || tileTop || !isOneTile || columns * rows > MAX_SAMPLES) return undefined;

  const [style, progression] = [view.getUint8(cod + 4), view.getUint8(cod + 5)];
  const [levels, blockStyle, wavelet] = [9, 12, 13].map((at) => view.getUint8(cod + at));
  if (view.getUint16(cod + 2) !== 12 || style || progression > 4 || blockStyle || wavelet !== 1)
    return undefined;

  const quantization = view.getUint8(qcd + 4);
  const bands = 3 * levels + 1;
  if (quantization & 0x1f || view.getUint16(qcd + 2) < 3 + bands) return undefined;
  const guardBits = quantization >> 5;
  const planes = Array.from(
    { length: bands },
    (_, band) => guardBits + (view.getUint8(qcd + 5 + band) >> 3) - 1,
  );
  if (Math.max(...planes) > MAX_PLANES || Math.min(...planes) < 0) return undefined;

  const packets = tileParts.map(({ start, end }) => packetsOf(view, start, end));
  if (!packets.every((part) => part !== undefined)) return undefined;
  return {
    columns,
    rows,
    precision,
    isSigned,
    layersFirst: progression === 0,
    layers: view.getUint16(cod + 6),
    levels,
    blockWidth: 4 << view.getUint8(cod + 10),
    blockHeight: 4 << view.getUint8(cod + 11),
    planes,
    packets,
  };
}

/** The packets of a tile-part, unless its header says what differs from the main header. */
function packetsOf(view: DataView, start: number, end: number): { start: number; end: number } | undefined {
  let at = start + 12;
  while (at + 4 <= end && REMARKS.includes(view.getUint16(at))) at += 2 + view.getUint16(at + 2);
  return at + 2 <= end && view.getUint16(at) === SOD ? { start: at + 2, end } : undefined;
}
