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
  const decodeSlice = sliceDecoder();
  return (piece: number) => {
    const { transferSyntaxUid, format, start, end } = frames[piece];
    const out = voxels.subarray(piece * size, (piece + 1) * size);
    decodeSlice(decoders.get(transferSyntaxUid)!, codestreams.subarray(start, end), format, out);
  };
}

/** Decodes frames of a series one after the other, and gives them with their rows bottom up. */
export function sliceDecoder() {
  let frame: StoredValues = new Int16Array(0);
  return (decode: FrameDecoder, bytes: Uint8Array, format: FrameFormat, out: StoredValues): void => {
    // in memory of the thread's own, small enough for the processor's cache
    if (frame.length !== out.length)
      frame = out instanceof Int16Array ? new Int16Array(out.length) : new Uint16Array(out.length);
    decode(bytes, format, frame);
    const { columns } = format;
    for (let from = 0, to = out.length - columns; to >= 0; from += columns, to -= columns)
      out.set(frame.subarray(from, from + columns), to);
  };
}
