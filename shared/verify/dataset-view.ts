import type { Store } from '../store/store.ts';

/**
 * A finished dataset, wherever it is kept: its files under the names they have in `final/`, whether they stand
 * in a folder, in a bucket, or in the release archive with its patient prefixes.
 */
export interface DatasetView {
  /** What messages call a file. */
  place(name: string): string;
  names: Set<string>;
  read(name: string): Promise<Uint8Array>;
}

export async function viewOfStore(out: Store): Promise<DatasetView> {
  const names = new Set<string>();
  for await (const { key } of out.list('final/')) names.add(key.slice('final/'.length));
  const place = (name: string) => `final/${name}`;
  return { names, place, read: (name) => out.get(place(name)) };
}

/** The members of a release archive; `read` gives the bytes of one by its name in the archive. */
export function viewOfArchive(
  members: Iterable<string>,
  read: (member: string) => Promise<Uint8Array>,
): DatasetView {
  const memberOf = new Map<string, string>();
  for (const member of members) {
    const inside = member.replace(/^final-formatted\//, '');
    const image = inside.match(/^images\/[^/]+\/(train|test)\/(images|masks|labels)\/(.+)$/);
    memberOf.set(image ? `images/${image[1]}/${image[2]}/${withoutPatient(image[3])}` : inside, member);
  }
  const place = (name: string) => memberOf.get(name) ?? name;
  return { names: new Set(memberOf.keys()), place, read: (name) => read(place(name)) };
}

/** A file name of the release without the patient it is prefixed with: `001_1.2.3.nii.gz` -> `1.2.3.nii.gz`. */
export function withoutPatient(filename: string): string {
  return filename.replace(/^\d{3,}_/, '');
}
