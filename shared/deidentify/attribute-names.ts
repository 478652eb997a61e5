import { BASIC_PROFILE } from './basic-profile.ts';

export interface Attribute {
  /** Keyword of PS3.6. */
  keyword: string;
  /** Value representation; undefined where it depends on the data set (OB or OW, US or SS). */
  vr: string | undefined;
}

/** Looks up attributes by tag; undefined for private and unknown ones. */
export type AttributeNames = (tag: number) => Attribute | undefined;

/** The data dictionary of dcmjs, loaded on first use: files in implicit encoding do not say their representations. */
export async function loadAttributeNames(): Promise<AttributeNames> {
  const { default: dcmjs } = await import('dcmjs');
  const { dictionary } = dcmjs.data.DicomMetaDictionary;
  return (tag) => {
    const hex = tag.toString(16).toUpperCase().padStart(8, '0');
    const entry = dictionary[`(${hex.slice(0, 4)},${hex.slice(4)})`];
    const listed = BASIC_PROFILE.get(tag);
    if (!entry) return listed && { keyword: listed.keyword, vr: undefined };
    return { keyword: entry.name, vr: /^[A-Z]{2}$/.test(entry.vr) ? entry.vr : undefined };
  };
}

/** `(0010,0020)`. */
export function tagText(tag: number): string {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}
