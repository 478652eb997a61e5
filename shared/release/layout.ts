import type { Subset } from '../pipeline/layout.ts';

/** Folder that everything in the archive stands in. */
export const ARCHIVE_ROOT = 'final-formatted/';

/** A file name as published: prefixed with its patient, three digits at least. */
export function prefixed(patientId: number, filename: string): string {
  return `${String(patientId).padStart(3, '0')}_${filename}`;
}

type Kind = 'images' | 'masks' | 'labels';

/** Where in the archive the files of one kind stand. */
export function folderOf(kind: Kind, { region, subset }: { region: string; subset: Subset }): string {
  return `${ARCHIVE_ROOT}images/${region}/${subset}/${kind}/`;
}

/** Where a series' file stands in the archive. */
export function memberOf(
  kind: Kind,
  place: { region: string; subset: Subset; patientId: number; uuid: string },
): string {
  const ending = kind === 'labels' ? 'json' : 'nii.gz';
  return folderOf(kind, place) + prefixed(place.patientId, `${place.uuid}.${ending}`);
}
