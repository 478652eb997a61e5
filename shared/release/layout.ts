import type { Subset } from '../pipeline/layout.ts';

/** Folder that everything in the archive stands in. */
export const ARCHIVE_ROOT = 'final-formatted/';

/** A file name as published: prefixed with its patient, three digits at least. */
export function prefixed(patientId: number, filename: string): string {
  return `${String(patientId).padStart(3, '0')}_${filename}`;
}

/** Where a series' file stands in the archive. */
export function memberOf(
  kind: 'images' | 'masks' | 'labels',
  { region, subset, patientId, uuid }: { region: string; subset: Subset; patientId: number; uuid: string },
): string {
  const ending = kind === 'labels' ? 'json' : 'nii.gz';
  return `${ARCHIVE_ROOT}images/${region}/${subset}/${kind}/${prefixed(patientId, `${uuid}.${ending}`)}`;
}
