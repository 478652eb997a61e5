import { setImmediate } from 'node:timers/promises';
import type { DecodeWork } from '../dicom/decode-work.ts';
import type { DeflateWork } from '../gzip/deflate-work.ts';

/** Work cut into pieces that any thread can do, on memory that all of them see. */
export type Work = DeflateWork | DecodeWork;

/** Does one piece of a work; its result is in the shared memory. */
export type DoPiece = (piece: number) => void;

/** A work under way, in words that pass between threads. */
export interface Offer {
  work: Work;
  pieces: number;
  /** Int32: the next piece to claim, how many have ended, whether it was given up, and for each piece whether it is done. */
  progress: SharedArrayBuffer;
}

/** Threads that may have nothing to do. */
export interface Crew {
  /** Lets them take pieces; none may come. */
  offer(offer: Offer): void;
  /** Memory that they see too, at least so many bytes, until the job ends; what it holds is not said. */
  memory(bytes: number): SharedArrayBuffer;
  /** Memory of this job is not to be used by another one: a thread may write to it for who knows how long. */
  loseMemory(): void;
}

const NEXT = 0;
const ENDED = 1;
const GIVEN_UP = 2;
const FIRST_PIECE = 3;

/**
 * Does a work together with whatever threads of the crew are free.
 * @throws what a piece throws; of several the first, whoever did it
 */
export async function doTogether(crew: Crew, work: Work, pieces: number): Promise<void> {
  const offer = { work, pieces, progress: new SharedArrayBuffer(4 * (FIRST_PIECE + pieces)) };
  crew.offer(offer);
  await takePart(offer);
  const progress = new Int32Array(offer.progress);
  let ended = Atomics.load(progress, ENDED);
  while (ended < pieces) {
    await Atomics.waitAsync(progress, ENDED, ended).value;
    ended = Atomics.load(progress, ENDED);
  }
  if (progress[GIVEN_UP]) crew.loseMemory();
  // again, here, what failed elsewhere: its error would have lost its type on the way
  const doPiece = await opened(work);
  for (let piece = 0; piece < pieces; piece++) if (!progress[FIRST_PIECE + piece]) doPiece(piece);
}

/** Takes pieces of a work until none is left to take. */
export async function takePart({ work, pieces, progress: memory }: Offer): Promise<void> {
  const progress = new Int32Array(memory);
  const doPiece = await opened(work);
  const claim = () => Atomics.add(progress, NEXT, 1);
  for (let piece = claim(); piece < pieces; piece = claim()) {
    try {
      doPiece(piece);
      Atomics.store(progress, FIRST_PIECE + piece, 1);
    } catch {
      // stays undone, and whoever offered the work comes to it
    }
    Atomics.add(progress, ENDED, 1);
    Atomics.notify(progress, ENDED);
    await setImmediate(); // others may have a word for this thread
  }
}

/** Whether a piece is left to take. */
export function isOpen({ pieces, progress }: Offer): boolean {
  return Atomics.load(new Int32Array(progress), NEXT) < pieces;
}

/** Ends an offer whose helper died, so that nobody waits for the pieces it had taken; others may still be at theirs. */
export function giveUp({ pieces, progress: memory }: Offer): void {
  const progress = new Int32Array(memory);
  Atomics.store(progress, GIVEN_UP, 1);
  Atomics.add(progress, NEXT, pieces);
  Atomics.add(progress, ENDED, pieces);
  Atomics.notify(progress, ENDED);
}

async function opened(work: Work): Promise<DoPiece> {
  if (work.kind === 'deflate') return (await import('../gzip/deflate-work.ts')).deflatePieces(work);
  return (await import('../dicom/decode-work.ts')).decodePieces(work);
}
