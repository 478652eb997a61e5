import { createHash, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { PART_BYTES } from '../gzip/deflate.ts';
import { gzipTogether } from '../gzip/deflate-work.ts';
import { gzip } from '../gzip/gzip.ts';
import { niftiHeader, voxelBytesOf } from '../nifti/write.ts';
import type { Body, Store } from '../store/store.ts';
import type { StreamHash } from '../threads/remote-hash.ts';
import type { Crew } from '../threads/shared-work.ts';
import type { Volume } from '../volume/volume.ts';
import type { Output } from './step.ts';

/** Makes a hash, which may be at work in another thread. */
export type OpenHash = (algorithm: string) => StreamHash;

/**
 * Writes an object, whole or streamed, and keeps the checksums that the release and the manifest need.
 * @param openHash makes the MD5 of a stream, which takes longer than all else that is done to it
 */
export async function putOutput(
  store: Store,
  key: string,
  body: Body,
  openHash: OpenHash = hashHere,
): Promise<Output> {
  if (body instanceof Uint8Array) {
    const { etag } = await store.put(key, body);
    const checksums = { sha256: hash('sha256', body), md5: hash('md5', body), crc32: crc32(body) };
    return { key, bytes: body.length, etag, ...checksums };
  }
  const sha256 = createHash('sha256');
  let md5: Promise<string> | string = '';
  let crc = 0;
  async function* hashed(chunks: AsyncIterable<Uint8Array>) {
    const md5OfStream = openHash('md5');
    try {
      for await (const chunk of chunks) {
        await md5OfStream.update(chunk);
        sha256.update(chunk);
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } finally {
      // also when the writing fails: nobody is to wait for more
      md5 = md5OfStream.digest();
    }
  }
  const { etag, bytes } = await store.put(key, hashed(body));
  return { key, bytes, etag, sha256: sha256.digest('hex'), md5: await md5, crc32: crc };
}

export function hashHere(algorithm: string): StreamHash {
  const stream = createHash(algorithm);
  return { update: (chunk) => void stream.update(chunk), digest: () => stream.digest('hex') };
}

type VolumeKind = 'ct' | 'windowed' | 'mask';

/** Writes a volume as `.nii.gz`; threads of the crew may help to compress it. */
export async function putVolume(
  store: Store,
  key: string,
  volume: Volume,
  kind: VolumeKind,
  crew?: Crew,
): Promise<Output> {
  return putOutput(store, key, await volumeFile(volume, kind, crew));
}

/** A volume as the bytes of a `.nii.gz` file. */
export async function volumeFile(volume: Volume, kind: VolumeKind, crew?: Crew): Promise<Uint8Array> {
  const header = niftiHeader(volume, kind === 'ct' ? 'ct' : 'derived');
  const voxels = voxelBytesOf(volume);
  const voxelBytes = volume.voxels.BYTES_PER_ELEMENT === 2 ? 2 : 1;
  // what is one part is nothing to share
  return crew && voxels.length > PART_BYTES
    ? gzipTogether(crew, header, voxels, voxelBytes)
    : gzip([header, voxels], voxelBytes);
}
