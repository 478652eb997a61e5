import { readNifti } from '../nifti/read.ts';
import type { Store } from '../store/store.ts';
import type { Volume } from '../volume/volume.ts';

/** Decoded volumes by their key, shared by the steps of one series in one process. */
export class VolumeCache {
  readonly #volumes = new Map<string, Volume>();

  set(key: string, volume: Volume): void {
    this.#volumes.set(key, volume);
  }

  async get(store: Store, key: string): Promise<Volume> {
    const known = this.#volumes.get(key);
    if (known) return known;
    const volume = readNifti(await store.get(key), key);
    this.#volumes.set(key, volume);
    return volume;
  }
}
