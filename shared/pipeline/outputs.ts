import { createHash, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { gzip } from '../gzip/gzip.ts';
import { writeNifti } from '../nifti/write.ts';
import type { Body, Store } from '../store/store.ts';
import type { Volume } from '../volume/volume.ts';
import type { Output } from './step.ts';

/** Writes an object, whole or streamed, and keeps the checksums that the release and the manifest need. */
export async function putOutput(store: Store, key: string, body: Body): Promise<Output> {
  if (body instanceof Uint8Array) {
    const { etag } = await store.put(key, body);
    const checksums = { sha256: hash('sha256', body), md5: hash('md5', body), crc32: crc32(body) };
    return { key, bytes: body.length, etag, ...checksums };
  }
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let crc = 0;
  async function* hashed(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      sha256.update(chunk);
      md5.update(chunk);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  }
  const { etag, bytes } = await store.put(key, hashed(body));
  return { key, bytes, etag, sha256: sha256.digest('hex'), md5: md5.digest('hex'), crc32: crc };
}

/** Writes a volume as `.nii.gz`. */
export async function putVolume(
  store: Store,
  key: string,
  volume: Volume,
  kind: 'ct' | 'windowed' | 'mask',
): Promise<Output> {
  const file = writeNifti(volume, kind === 'ct' ? 'ct' : 'derived');
  const output = await putOutput(store, key, gzip(file, volume.voxels.BYTES_PER_ELEMENT === 2 ? 2 : 1));
  return { ...output, voxelsSha256: hash('sha256', file.subarray(file.length - volume.voxels.byteLength)) };
}
