/** What kind of thing is wrong with a finished dataset. */
export type FindingKind =
  | 'missing'
  | 'unlisted'
  | 'checksum'
  | 'unreadable'
  | 'geometry'
  | 'labels'
  | 'table'
  | 'archive'
  | 'identifier';

/** One thing that is wrong, and where. */
export interface Finding {
  kind: FindingKind;
  key: string;
  message: string;
}
