import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { PART_BYTES, type Search } from '../gzip/deflate.ts';
import { gzipTogether } from '../gzip/deflate-work.ts';
import { gzip } from '../gzip/gzip.ts';
import { niftiHeader, voxelBytesOf } from '../nifti/write.ts';
import type { Body, Store } from '../store/store.ts';
import { type Digester, type Digests, digesterHere } from '../threads/remote-digests.ts';
import type { Crew } from '../threads/shared-work.ts';
import type { Volume } from '../volume/volume.ts';
import type { Output } from './step.ts';

/**
 * Writes an object, whole or streamed, and keeps the checksums that the release and the manifest need.
 * @param openDigester who makes the checksums of a stream, which takes longer than all else that is done to it
 */
export async function putOutput(
  store: Store,
  key: string,
  body: Body,
  openDigester: () => Digester = digesterHere,
): Promise<Output> {
  if (body instanceof Uint8Array) {
    const { etag } = await store.put(key, body);
    const checksums = { sha256: hash('sha256', body), md5: hash('md5', body), crc32: crc32(body) };
    return { key, bytes: body.length, etag, ...checksums };
  }
  let digests: Promise<Digests> | undefined;
  let crc = 0;
  async function* digested(chunks: AsyncIterable<Uint8Array>) {
    const digester = openDigester();
    try {
      for await (const chunk of chunks) {
        await digester.update(chunk);
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } finally {
      // also when the writing fails: nobody is to wait for more
      digests = Promise.resolve(digester.end());
      digests.catch(() => {});
    }
  }
  const { etag, bytes } = await store.put(key, digested(body));
  return { key, bytes, etag, ...(await digests)!, crc32: crc };
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
  const search = searchFor(volume, kind);
  // what is one part is nothing to share
  return crew && voxels.length > PART_BYTES
    ? gzipTogether(crew, header, voxels, search)
    : gzip([header, voxels], search);
}

/** Windowed CT is not released, so it may be a little larger if it is ready sooner. */
function searchFor({ voxels }: Volume, kind: VolumeKind): Search {
  if (kind === 'windowed') return 'quick';
  return voxels.BYTES_PER_ELEMENT === 2 ? 'wide' : 'narrow';
}
