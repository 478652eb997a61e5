import { manifestText } from '../../release/manifest.ts';
import type { Store } from '../../store/store.ts';
import { outKeys } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';

/** Writes manifest.json over everything the build made: the last thing written, so its presence says 'whole'. */
export async function writeManifest(out: Store, outputs: Output[]): Promise<Output> {
  const entries = outputs.map(({ key, bytes, sha256, md5, voxelsSha256 }) => ({
    path: key,
    bytes,
    sha256,
    md5,
    ...(voxelsSha256 && { voxels_sha256: voxelsSha256 }),
  }));
  return putOutput(out, outKeys.manifest, chunks(manifestText(entries)));
}

async function* chunks(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
