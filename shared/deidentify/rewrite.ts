import { type DataSet, type Encoding, textOf } from '../dicom/elements.ts';
import { type AttributeNames, tagText } from './attribute-names.ts';
import { cleanText } from './clean-text.ts';
import type { Found } from './find-originals.ts';
import { methodElements } from './method.ts';
import { type Action, actionOn, type Profile } from './profile.ts';
import { capAge, type Pseudonyms } from './pseudonyms.ts';
import { countTouched, type Done, type Touched } from './touched.ts';
import { elementsBetween, isSequence, itemsOf, type Walked } from './walk.ts';
import { ascii, writeElement, writeSequence } from './write-element.ts';

export interface Rewriting {
  names: AttributeNames;
  profile: Profile;
  pseudonyms: Pseudonyms;
  found: Found;
  touched: Map<string, Touched>;
}

/** Meaningless values for attributes that may have to have one. */
const REPLACEMENT = 'ANONYMIZED';
/** A value as code strings must be (PS3.5 6.2); some files keep free text in them. */
const CODE_STRING = /^[A-Z0-9 _]{0,16}$/;

/** The data set with every attribute as the profile wants it, in tag order, with a note of the method (PS3.15 E.1). */
export function rewriteDataSet(dataSet: DataSet, rewriting: Rewriting): Uint8Array[] {
  const { names, profile, touched } = rewriting;
  const { start, bytes, encoding } = dataSet;
  const method = methodElements(profile, encoding);
  const kept: { tag: number; chunks: Uint8Array[] }[] = [...method];
  const added = new Set(method.map(({ tag }) => tag));
  for (const element of elementsBetween(dataSet, start, bytes.length, encoding, names)) {
    if (added.has(element.tag)) continue;
    kept.push({ tag: element.tag, chunks: rewriteElement(dataSet, element, rewriting) });
  }
  for (const tag of added) note(touched, tag, names(tag)?.keyword, 'added');
  return kept.sort((a, b) => a.tag - b.tag).flatMap(({ chunks }) => chunks);
}

function rewriteElement(dataSet: DataSet, element: Walked, rewriting: Rewriting): Uint8Array[] {
  const { tag, knownVr, keyword } = element;
  const action = actionOn(tag, isSequence(element) ? 'SQ' : knownVr, rewriting.profile);
  const isPixelData = tag >>> 16 === 0x7fe0;
  if (isPixelData) return [dataSet.bytes.subarray(element.start, element.end)];
  if (action === 'remove' || keyword === undefined) {
    note(rewriting.touched, tag, keyword, 'removed');
    return [];
  }
  if (isSequence(element)) return rewriteSequence(dataSet, element, action, rewriting);
  const text = textOf(dataSet, element);
  const replaced = replacementOf(text, action, element, rewriting);
  if (replaced === undefined || replaced.text === text) {
    return [dataSet.bytes.subarray(element.start, element.end)];
  }
  note(rewriting.touched, tag, keyword, replaced.text === '' ? 'emptied' : replaced.done);
  return writeElement(tag, knownVr ?? 'UN', ascii(replaced.text), element.encoding);
}

function rewriteSequence(
  dataSet: DataSet,
  element: Walked,
  action: Action,
  rewriting: Rewriting,
): Uint8Array[] {
  const delimited = element.length === undefined;
  const vr = element.vr || 'SQ';
  if (action === 'empty' || action === 'replace') {
    note(rewriting.touched, element.tag, element.keyword, 'emptied');
    return writeSequence(element.tag, vr, [], element.encoding, delimited);
  }
  const items = [...itemsOf(dataSet, element)].map(({ from, to, encoding }) =>
    rewriteItem(dataSet, from, to, encoding, rewriting),
  );
  return writeSequence(element.tag, vr, items, element.encoding, delimited);
}

function rewriteItem(
  dataSet: DataSet,
  from: number,
  to: number,
  encoding: Encoding,
  rewriting: Rewriting,
): Uint8Array[] {
  const elements = elementsBetween(dataSet, from, to, encoding, rewriting.names);
  return [...elements].flatMap((element) => rewriteElement(dataSet, element, rewriting));
}

/** The new text of an element, and what was done to it; undefined when its bytes are to stay. */
function replacementOf(
  text: string,
  action: Action,
  { knownVr }: Walked,
  { profile, pseudonyms, found }: Rewriting,
): { text: string; done: Done } | undefined {
  switch (action) {
    case 'keep':
      return undefined;
    case 'remove':
    case 'empty':
      return { text: '', done: 'emptied' };
    case 'replace':
      return { text: text === '' ? '' : REPLACEMENT, done: 'replaced' };
    case 'pseudonym':
      return { text: pseudonyms.remapPatient(found.patientId), done: 'replaced' };
    case 'cap':
      return { text: capAge(text, profile.ageCap), done: 'capped' };
    case 'clean':
      return {
        text: each(text, (value) =>
          knownVr === 'CS' && CODE_STRING.test(value) ? value : cleanText(value, found),
        ),
        done: 'cleaned',
      };
    case 'remap':
      return { text: each(text, (uid) => pseudonyms.remapUid(uid.replace(/\0+$/, ''))), done: 'remapped' };
    case 'shift':
      return {
        text: each(text, (date) => shifted(date, knownVr, found.patientId, pseudonyms)),
        done: 'shifted',
      };
  }
}

/** A date stays a date; of a date and time only the date stays, since times of day do not move with the days. */
function shifted(text: string, vr: string | undefined, patientId: string, pseudonyms: Pseudonyms): string {
  return pseudonyms.shiftDate(patientId, vr === 'DT' ? text.slice(0, 8) : text.replaceAll('.', ''));
}

function each(text: string, change: (value: string) => string): string {
  return text.split('\\').map(change).join('\\');
}

function note(touched: Map<string, Touched>, tag: number, keyword: string | undefined, action: Done): void {
  const unnamed = (tag >>> 16) % 2 === 1 ? 'private' : 'unknown';
  countTouched(touched, { tag: tagText(tag), keyword: keyword ?? unnamed, action, count: 1 });
}
