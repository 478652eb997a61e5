/** What was done to an attribute in the files of a series. */
export type Done =
  | 'removed'
  | 'emptied'
  | 'replaced'
  | 'remapped'
  | 'shifted'
  | 'cleaned'
  | 'capped'
  | 'added';

/** One attribute and one kind of action; no original value. */
export interface Touched {
  /** `(0010,0020)`; private ones too. */
  tag: string;
  keyword: string;
  action: Done;
  /** How many elements, those nested in sequences included. */
  count: number;
}

export function countTouched(all: Map<string, Touched>, touched: Touched): void {
  const key = `${touched.tag} ${touched.action}`;
  const known = all.get(key);
  if (known) known.count += touched.count;
  else all.set(key, { ...touched });
}
