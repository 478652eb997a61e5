import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import type { OrthancClient } from './client.ts';
import type { OrthancSeries } from './find-series.ts';

const Instance = z.object({
  ID: z.string(),
  FileSize: z.number(),
  MainDicomTags: z.record(z.string(), z.string()),
});

/** A DICOM instance on the server, and the name its file gets. */
export interface RemoteInstance {
  id: string;
  bytes: number;
  fileName: string;
}

/**
 * The instances of a series by instance number, then UID.
 * @throws PACS_MISSING when there is none (any more)
 */
export async function instancesOf(client: OrthancClient, series: OrthancSeries): Promise<RemoteInstance[]> {
  const found = await client.getJson(`/series/${series.orthancUuid}/instances`, z.array(Instance));
  if (found.length === 0) throw new DatasetError('PACS_MISSING', `series ${series.uuid} has no instances`);
  const number = (tags: Record<string, string>) => Number(tags.InstanceNumber ?? 0);
  const uid = (tags: Record<string, string>) => tags.SOPInstanceUID ?? '';
  return found
    .sort(({ MainDicomTags: a }, { MainDicomTags: b }) => number(a) - number(b) || (uid(a) < uid(b) ? -1 : 1))
    .map(({ ID, FileSize }, index) => ({
      id: ID,
      bytes: FileSize,
      fileName: `${series.modality || 'IM'}${String(index).padStart(6, '0')}.dcm`,
    }));
}

/** How many instances the server has of a series now. */
export async function countInstances(client: OrthancClient, series: OrthancSeries): Promise<number> {
  const { Instances } = await client.getJson(
    `/series/${series.orthancUuid}`,
    z.object({ Instances: z.array(z.string()) }),
  );
  return Instances.length;
}

/** Tags of an instance by their keywords, values as text. */
export async function tagsOf(
  client: OrthancClient,
  { id }: RemoteInstance,
): Promise<Record<string, unknown>> {
  return client.getJson(`/instances/${id}/simplified-tags`, z.record(z.string(), z.unknown()));
}

/** @throws PACS_FAILED when the file is not as long as the server says */
export async function fileOf(client: OrthancClient, { id, bytes }: RemoteInstance): Promise<Uint8Array> {
  const path = `/instances/${id}/file`;
  const file = await client.getBytes(path);
  if (file.length === bytes) return file;
  const message = `instance ${id} came with ${file.length} bytes, the server says ${bytes}`;
  throw new DatasetError('PACS_FAILED', message, { keys: [path] });
}
