/**
 * Shared memory of a thread, used again from job to job: the garbage collector counts it for nothing, so what is dropped
 * may stay for very long. Blocks are powers of two, so that few sizes serve all; pages never written cost nothing.
 */
export class JobMemory {
  readonly #free = new Map<number, SharedArrayBuffer[]>();
  readonly #taken: SharedArrayBuffer[] = [];

  /** At least so many bytes, for the job under way, with whatever an earlier one left in them. */
  take(bytes: number): SharedArrayBuffer {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
    const block = this.#free.get(size)?.pop() ?? new SharedArrayBuffer(size);
    this.#taken.push(block);
    return block;
  }

  /** Leaves what the job under way has taken so far to the garbage collector, for when the job has ended. */
  lose(): void {
    this.#taken.length = 0;
  }

  /** Ends a job: nothing of it may be used any more, here or in a thread that helped. */
  release(): void {
    for (const block of this.#taken.splice(0)) {
      const same = this.#free.get(block.byteLength);
      if (same) same.push(block);
      else this.#free.set(block.byteLength, [block]);
    }
  }
}
