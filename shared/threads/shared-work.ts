import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
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
  /** Int32: the next piece to claim, how many have ended, and for each piece whether it is done. */
  progress: SharedArrayBuffer;
}

const NEXT = 0;
const ENDED = 1;
const FIRST_PIECE = 2;

/**
 * An offer on its way through the thread that leads the others. It stays closed there: shared memory that a thread has
 * seen is only freed when that thread collects its garbage, and the leading one hardly makes any.
 */
export interface SealedOffer {
  /** Holds the offer, once. */
  content: MessagePort;
  pieces: number;
  progress: SharedArrayBuffer;
}

export function seal(offer: Offer): SealedOffer {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(offer);
  return { content: port2, pieces: offer.pieces, progress: offer.progress };
}

/** Nothing when it was emptied already. */
export function unseal({ content }: SealedOffer): Offer | undefined {
  const received = receiveMessageOnPort(content) as { message: Offer } | undefined;
  content.close();
  return received?.message;
}

/** Whether a piece of an offer is left to take. */
export function isOpen({ pieces, progress }: SealedOffer | Offer): boolean {
  return Atomics.load(new Int32Array(progress), NEXT) < pieces;
}

/** Threads that may have nothing to do. */
export interface Crew {
  /** Lets them take pieces; none may come. */
  offer(offer: Offer): void;
  /** Memory that they see too, at least so many bytes, until the job ends; what it holds is not said. */
  memory(bytes: number): SharedArrayBuffer;
}

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
  }
}

/** Ends an offer whose helper died, so that nobody waits for the pieces it had taken. */
export function giveUp({ pieces, progress: memory }: SealedOffer): void {
  const progress = new Int32Array(memory);
  Atomics.add(progress, NEXT, pieces);
  Atomics.add(progress, ENDED, pieces);
  Atomics.notify(progress, ENDED);
}

async function opened(work: Work): Promise<DoPiece> {
  if (work.kind === 'deflate') return (await import('../gzip/deflate-work.ts')).deflatePieces(work);
  return (await import('../dicom/decode-work.ts')).decodePieces(work);
}
