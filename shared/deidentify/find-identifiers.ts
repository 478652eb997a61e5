import type { Keys } from './keys.ts';
import { Pseudonyms } from './pseudonyms.ts';

/** An original that is still in a text of a release. */
export interface Identifier {
  /** Where: the key of the text. */
  key: string;
  kind: 'uid' | 'patient' | 'id' | 'name' | 'date';
  /** The original as it stands there. */
  found: string;
  /** From the start of the text, in characters. */
  offset: number;
}

export interface KnownOriginals {
  uids: ReadonlySet<string>;
  /** Patient ids, and other ids; not those of fewer than four characters, or than six where all are digits. */
  patients: ReadonlySet<string>;
  ids: ReadonlySet<string>;
  /** Parts of names, in any case. */
  names: ReadonlySet<string>;
  /** YYYYMMDD. */
  dates: ReadonlySet<string>;
  /** How many patients and ids are too short to be told from other numbers and words, and not looked for. */
  tooShort: number;
}

const UID = /\d+(?:\.\d+){2,}/g;
/** A date with or without separators, not within a longer number. */
const DATE = /(?<![\d.])(\d{4})([-./]?)(\d{2})\2(\d{2})(?![\d])/g;
/** Not the digits behind a decimal point. */
const WORD = /(?<![\p{L}\p{N}])(?<!\d\.)[\p{L}\p{N}]+(?:[-_'][\p{L}\p{N}]+)*/gu;
/** Shorter ones stand in tables by chance: a voxel count, a grey value. */
const TELLING_ID = /^(?=.{4})(?!\d{1,5}$)/s;
/** Names that earlier de-identification left behind: they name nobody, and are common words. */
const PLACEHOLDERS = new Set(
  'removed anonymous anonymized anonymised anon deidentified unknown none patient subject name'.split(' '),
);

/**
 * The originals of a release's keys. A date that is another date's replacement cannot be told from an original, and
 * so is not looked for; neither is what a patient's pseudonym was chosen to be, nor a name such as `Removed`.
 */
export function knownOriginals(keys: Keys): KnownOriginals {
  const pseudonyms = new Pseudonyms(keys);
  const patients = Object.keys(keys.patients);
  const shifted = new Set(
    patients.flatMap((patient) => keys.originals.dates.map((date) => pseudonyms.shiftDate(patient, date))),
  );
  const chosen = new Set(Object.values(keys.patients).map(({ pseudonym }) => pseudonym));
  const unchosen = (ids: string[]) => new Set(ids.filter((id) => TELLING_ID.test(id) && !chosen.has(id)));
  const short = new Set([...patients, ...keys.originals.ids].filter((id) => !TELLING_ID.test(id)));
  return {
    uids: new Set(Object.keys(keys.uids)),
    patients: unchosen(patients),
    ids: unchosen(keys.originals.ids),
    names: new Set(
      keys.originals.names.map((name) => name.toLowerCase()).filter((name) => !PLACEHOLDERS.has(name)),
    ),
    dates: new Set(keys.originals.dates.filter((date) => !shifted.has(date))),
    tooShort: short.size,
  };
}

/**
 * Looks for originals in texts: tables, JSON, headers, and the names of files (give a key's own text too).
 * UIDs and dates are found wherever they stand; ids and names as whole words.
 */
export function* findIdentifiers(
  texts: Iterable<{ key: string; text: string }>,
  { uids, patients, ids, names, dates }: KnownOriginals,
): Iterable<Identifier> {
  for (const { key, text } of texts) {
    for (const { 0: uid, index } of text.matchAll(UID)) {
      if (uids.has(uid)) yield { key, kind: 'uid', found: uid, offset: index };
    }
    for (const { 0: date, 1: year, 3: month, 4: day, index } of text.matchAll(DATE)) {
      if (dates.has(`${year}${month}${day}`)) yield { key, kind: 'date', found: date, offset: index };
    }
    for (const { 0: phrase, index } of text.matchAll(WORD)) {
      for (const { word, at } of wordsOf(phrase)) {
        const kind = patients.has(word)
          ? 'patient'
          : ids.has(word)
            ? 'id'
            : names.has(word.toLowerCase())
              ? 'name'
              : undefined;
        if (kind) yield { key, kind, found: word, offset: index + at };
      }
    }
  }
}

/** A word with hyphens and underscores as a whole, and its parts. */
function wordsOf(phrase: string): { word: string; at: number }[] {
  const parts = [...phrase.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: word, index }) => ({ word, at: index }));
  return parts.length > 1 ? [{ word: phrase, at: 0 }, ...parts] : parts;
}
