import { createHmac } from 'node:crypto';
import type { Keys } from './keys.ts';

const DAY_MS = 86_400_000;
/** Dates go back by between one and ten years. */
const SHORTEST_SHIFT_DAYS = 366;
const LONGEST_SHIFT_DAYS = 3652;
/** UIDs that DICOM itself defines (classes, transfer syntaxes, coding schemes) name no patient. */
const DEFINED_BY_DICOM = /^1\.2\.840\.10008\./;

/**
 * Replacements of identifiers, the same for the same original everywhere: in DICOM files, tables and file names.
 * They are computed from the secret by HMAC-SHA-256, so any machine that has it makes the same ones, in any order;
 * the tables only remember them.
 */
export class Pseudonyms {
  readonly #secret: Buffer;
  readonly #patients: Map<string, { pseudonym: string; shiftDays: number }>;
  readonly #uids: Map<string, string>;
  readonly #names: Set<string>;
  readonly #dates: Set<string>;
  readonly #ids: Set<string>;

  constructor({ secret, patients, uids, originals }: Keys) {
    this.#secret = Buffer.from(secret, 'hex');
    this.#patients = new Map(Object.entries(patients));
    this.#uids = new Map(Object.entries(uids));
    this.#names = new Set(originals.names);
    this.#dates = new Set(originals.dates);
    this.#ids = new Set(originals.ids);
  }

  /** `2.25.` and 128 bits as a decimal number (PS3.5 B.2); UIDs that DICOM defines stay. */
  remapUid(uid: string): string {
    if (uid === '' || DEFINED_BY_DICOM.test(uid)) return uid;
    let replacement = this.#uids.get(uid);
    if (replacement === undefined) {
      const bytes = this.#hash(`uid:${uid}`).subarray(0, 16);
      bytes[6] = (bytes[6] & 0x0f) | 0x80; // a UUID of version 8 (RFC 9562), made by the application
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      replacement = `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
      this.#uids.set(uid, replacement);
    }
    return replacement;
  }

  /** A number of twelve digits, none of them a leading zero. */
  remapPatient(patientId: string): string {
    return this.#patient(patientId).pseudonym;
  }

  /** How many days the patient's dates move; below zero, since they go back. */
  shiftDays(patientId: string): number {
    return this.#patient(patientId).shiftDays;
  }

  /**
   * A date YYYYMMDD, or YYYY-MM-DD, moved by the patient's own number of days, in the form it came in.
   * @returns '' for what is no date
   */
  shiftDate(patientId: string, date: string): string {
    const parts = /^(\d{4})([-.]?)(\d{2})\2(\d{2})$/.exec(date.trim());
    if (!parts) return '';
    const [, year, separator, month, day] = parts;
    const original = Date.UTC(Number(year), Number(month) - 1, Number(day));
    if (new Date(original).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return '';
    this.#dates.add(`${year}${month}${day}`);
    const shifted = new Date(original + this.shiftDays(patientId) * DAY_MS).toISOString();
    return [shifted.slice(0, 4), shifted.slice(5, 7), shifted.slice(8, 10)].join(separator);
  }

  /** Notes originals that are dropped rather than replaced, for `findIdentifiers`. */
  remember({ names, ids, dates }: { names: string[]; ids: string[]; dates: string[] }): void {
    for (const name of names) this.#names.add(name);
    for (const id of ids) this.#ids.add(id);
    for (const date of dates) this.#dates.add(date);
  }

  /** Everything as it is to be kept, apart from the release. */
  keys(): Keys {
    const sorted = (values: Set<string>) => [...values].sort();
    return {
      version: 1,
      secret: this.#secret.toString('hex'),
      patients: Object.fromEntries([...this.#patients].sort()),
      uids: Object.fromEntries([...this.#uids].sort()),
      originals: { names: sorted(this.#names), dates: sorted(this.#dates), ids: sorted(this.#ids) },
    };
  }

  #patient(patientId: string) {
    let patient = this.#patients.get(patientId);
    if (!patient) {
      const number = this.#hash(`patient:${patientId}`).readBigUInt64BE() % 900_000_000_000n;
      const span = LONGEST_SHIFT_DAYS - SHORTEST_SHIFT_DAYS + 1;
      const days = SHORTEST_SHIFT_DAYS + (this.#hash(`days:${patientId}`).readUInt32BE() % span);
      patient = { pseudonym: String(100_000_000_000n + number), shiftDays: -days };
      this.#patients.set(patientId, patient);
    }
    return patient;
  }

  #hash(text: string): Buffer {
    return createHmac('sha256', this.#secret).update(text).digest();
  }
}

/** An age as DICOM writes it (`093Y`), or in plain years, capped: above `cap` it becomes one more than it. */
export function capAge(age: string, cap: number): string {
  const parts = /^\s*(\d{1,3})([DWMY]?)\s*$/.exec(age);
  if (!parts) return '';
  const [, number, unit] = parts;
  const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1, '': 1 }[unit] ?? 1;
  if (Number(number) / perYear < cap + 1) return age.trim();
  return unit === '' ? String(cap + 1) : `${String(cap + 1).padStart(3, '0')}Y`;
}
