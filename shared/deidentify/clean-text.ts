/** What stands in a dataset and must not stand in its text. */
export interface Originals {
  /** Parts of person names, three letters or more. */
  names: Set<string>;
  /** Patient, study, accession and other ids, four characters or more. */
  ids: Set<string>;
  /** YYYYMMDD. */
  dates: Set<string>;
}

/** Shapes that identify wherever they stand: dates, mail addresses, titles with a name, UIDs, telephone and other long numbers. */
const SHAPES = [
  /\b(?:19|20)\d{2}([-./]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])\b/g,
  /\b\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})\b/g,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /\b(?:dr|prof|mr|mrs|ms|sr|sra|srta|dra)\.?[ ]+\p{Lu}[\p{L}'-]+/giu,
  /\b\d+(?:\.\d+){4,}\b/g,
  /\+?\d(?:[ ()/-]?\d){6,}/g,
  /[^\s^]+\^[^\s]+/g,
];

/** A text without what identifies; what is left keeps its words and single spaces. */
export function cleanText(text: string, { names, ids, dates }: Originals): string {
  let cleaned = text;
  for (const original of [...ids, ...names, ...dates]) cleaned = withoutWord(cleaned, original);
  for (const shape of SHAPES) cleaned = cleaned.replace(shape, ' ');
  return cleaned === text ? text : cleaned.replace(/ {2,}/g, ' ').trim();
}

/** Takes out a word wherever it stands alone, in any case: not as a part of a longer word or number. */
function withoutWord(text: string, word: string): string {
  const low = text.toLowerCase();
  const wanted = word.toLowerCase();
  let out = '';
  let from = 0;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + 1)) {
    if (at < from) continue;
    const alone = !isWordCharacter(low[at - 1]) && !isWordCharacter(low[at + wanted.length]);
    if (!alone) continue;
    out += `${text.slice(from, at)} `;
    from = at + wanted.length;
  }
  return out + text.slice(from);
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}\x80-\xff]/u.test(character);
}

/** The parts of a person name (PS3.5 6.2.1) that are long enough to look for. */
export function nameParts(personName: string): string[] {
  return personName.split(/[\\^=\s,;.]+/).filter((part) => part.length >= 3 && !/^\d+$/.test(part));
}
