import { loadDecoder } from './codecs/decode.ts';
import type { FrameDecoder, FrameFormat, StoredValues } from './codecs/frame.ts';

/** The compressed frames of one series, decoded each by whatever thread takes it. */
export interface DecodeWork {
  kind: 'decode';
  frames: CompressedFrame[];
  /** Codestreams, one after the other; a view of shared memory. */
  codestreams: Uint8Array;
  /** All slices, each in its place; a view of shared memory. */
  voxels: StoredValues;
}

export interface CompressedFrame {
  transferSyntaxUid: string;
  format: FrameFormat;
  /** Where its codestream is. */
  start: number;
  end: number;
}

export async function decodePieces({ frames, codestreams, voxels }: DecodeWork) {
  const decoders = new Map<string, FrameDecoder>();
  for (const { transferSyntaxUid } of frames) {
    if (!decoders.has(transferSyntaxUid))
      decoders.set(transferSyntaxUid, await loadDecoder(transferSyntaxUid));
  }
  const size = voxels.length / frames.length;
  return (piece: number) => {
    const { transferSyntaxUid, format, start, end } = frames[piece];
    const out = voxels.subarray(piece * size, (piece + 1) * size);
    decodeSlice(decoders.get(transferSyntaxUid)!, codestreams.subarray(start, end), format, out);
  };
}

/** Decodes a frame and turns its rows bottom up. */
export function decodeSlice(
  decode: FrameDecoder,
  bytes: Uint8Array,
  format: FrameFormat,
  out: StoredValues,
): void {
  decode(bytes, format, out);
  flipRows(out, format.columns);
}

function flipRows(slice: StoredValues, columns: number): void {
  const row = slice.slice(0, columns);
  for (let top = 0, bottom = slice.length - columns; top < bottom; top += columns, bottom -= columns) {
    row.set(slice.subarray(top, top + columns));
    slice.copyWithin(top, bottom, bottom + columns);
    slice.set(row, bottom);
  }
}
