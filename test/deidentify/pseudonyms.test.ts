import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, nameParts } from '../../shared/deidentify/clean-text.ts';
import { Keys, newKeys } from '../../shared/deidentify/keys.ts';
import { actionOn, PROFILES } from '../../shared/deidentify/profile.ts';
import { capAge, Pseudonyms } from '../../shared/deidentify/pseudonyms.ts';

const keys = { ...newKeys(), secret: '5e'.repeat(32) };
const pseudonyms = new Pseudonyms(keys);

function daysBetween(a: string, b: string): number {
  const time = (date: string) => Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
  return Math.round((time(b) - time(a)) / 86_400_000);
}

const date = fc
  .date({ min: new Date('1920-01-01'), max: new Date('2080-01-01'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10).replaceAll('-', ''));

describe('UIDs', () => {
  it('become valid UIDs, the same for the same original and secret, in any order', () => {
    const uid = '1.3.12.2.1107.5.1.4.83504.30000023042612315883400041810';
    expect(pseudonyms.remapUid(uid)).toMatch(/^2\.25\.[1-9]\d{1,38}$/);
    expect(new Pseudonyms(keys).remapUid(uid)).toBe(pseudonyms.remapUid(uid));
    expect(new Pseudonyms(newKeys()).remapUid(uid)).not.toBe(pseudonyms.remapUid(uid));
    expect(pseudonyms.remapUid('1.2.3')).not.toBe(pseudonyms.remapUid('1.2.4'));
  });

  it('stay when DICOM defines them', () => {
    expect(pseudonyms.remapUid('1.2.840.10008.5.1.4.1.1.2')).toBe('1.2.840.10008.5.1.4.1.1.2');
  });
});

describe('dates', () => {
  it('keep the days between them for one patient, and go back by one to ten years', () => {
    fc.assert(
      fc.property(fc.string(), date, date, (patient, a, b) => {
        const [shiftedA, shiftedB] = [a, b].map((day) => pseudonyms.shiftDate(patient, day));
        expect(daysBetween(shiftedA, shiftedB)).toBe(daysBetween(a, b));
        expect(daysBetween(shiftedA, a)).toBeGreaterThanOrEqual(366);
        expect(daysBetween(shiftedA, a)).toBeLessThanOrEqual(3652);
      }),
    );
  });

  it('differ between patients', () => {
    const shifts = new Set(Array.from({ length: 50 }, (_, n) => pseudonyms.shiftDays(`patient ${n}`)));
    expect(shifts.size).toBeGreaterThan(40);
  });

  it('keep the form they came in; what is no date becomes empty', () => {
    const plain = pseudonyms.shiftDate('p', '20190220');
    expect(pseudonyms.shiftDate('p', '2019-02-20')).toBe(
      `${plain.slice(0, 4)}-${plain.slice(4, 6)}-${plain.slice(6)}`,
    );
    for (const bad of ['', '2019', '20190230', '201902-20', 'unknown']) {
      expect(pseudonyms.shiftDate('p', bad)).toBe('');
    }
  });
});

describe('patients', () => {
  it('become numbers of twelve digits, or what the keys say', () => {
    expect(pseudonyms.remapPatient('MRN1')).toMatch(/^[1-9]\d{11}$/);
    const chosen = { ...keys, patients: { MRN1: { pseudonym: '7', shiftDays: -400 } } };
    expect(new Pseudonyms(chosen).remapPatient('MRN1')).toBe('7');
    expect(new Pseudonyms(chosen).shiftDate('MRN1', '20200204')).toBe('20181231');
  });

  it('are kept in keys that make the same replacements again', () => {
    const first = new Pseudonyms(newKeys());
    first.remapUid('1.2.3');
    first.shiftDate('MRN1', '20200204');
    first.remember({ names: ['Doe'], ids: ['A123'], dates: [] });
    const saved = Keys.parse(JSON.parse(JSON.stringify(first.keys())));
    expect(saved.originals).toEqual({ names: ['Doe'], ids: ['A123'], dates: ['20200204'] });
    expect(new Pseudonyms(saved).keys()).toEqual(first.keys());
  });
});

describe('ages', () => {
  it.each([
    ['045Y', '045Y'],
    ['089Y', '089Y'],
    ['090Y', '090Y'],
    ['093Y', '090Y'],
    ['101', '90'],
    ['007M', '007M'],
    ['', ''],
    ['old', ''],
  ])('%s becomes %s', (age, capped) => {
    expect(capAge(age, 89)).toBe(capped);
  });
});

describe('descriptions', () => {
  const originals = {
    names: new Set(nameParts('Quintanilla Soto^Eduvigis^^Sra')),
    ids: new Set(['MRN-004']),
    dates: new Set(['20190220']),
  };
  it.each([
    ['Torax con contraste 5.0 I30f', 'Torax con contraste 5.0 I30f'],
    ['Portal 1.25 mm  iMAR', 'Portal 1.25 mm  iMAR'],
    ['CT quintanilla, MRN-004', 'CT ,'],
    ['Quintanillas', 'Quintanillas'],
    ['control 20/02/2019 vs 2018-11-01', 'control vs'],
    ['ref. Dr. Gomez tel 2 2978 1234', 'ref. tel'],
    ['a.b@hospital.cl', ''],
    ['Doe^Jane abdomen', 'abdomen'],
    ['1.2.840.113619.2.55.3 recon', 'recon'],
  ])('%s becomes %s', (text, cleaned) => {
    expect(cleanText(text, originals)).toBe(cleaned);
  });
});

describe('what a profile does', () => {
  it.each([
    [0x00100010, 'PN', 'pseudonym', 'pseudonym'],
    [0x00080090, 'PN', 'empty', 'empty'],
    [0x00080050, 'SH', 'empty', 'empty'],
    [0x00101010, 'AS', 'remove', 'cap'],
    [0x00100040, 'CS', 'empty', 'keep'],
    [0x0008103e, 'LO', 'remove', 'clean'],
    [0x00080020, 'DA', 'empty', 'shift'],
    [0x00080030, 'TM', 'empty', 'empty'],
    [0x0020000d, 'UI', 'remap', 'remap'],
    [0x00081150, 'UI', 'keep', 'keep'],
    [0x00091001, 'LO', 'remove', 'remove'],
    [0x60003000, 'OW', 'remove', 'remove'],
    [0x50000010, 'US', 'remove', 'remove'],
    [0x00081140, 'SQ', 'keep', 'keep'],
    [0x00401101, 'SQ', 'remove', 'remove'],
    [0x00280010, 'US', 'keep', 'keep'],
    [0x00081234, undefined, 'remove', 'remove'],
  ])('to %i (%s): basic %s, research %s', (tag, vr, basic, research) => {
    expect(actionOn(tag, vr, PROFILES.basic)).toBe(basic);
    expect(actionOn(tag, vr, PROFILES.research)).toBe(research);
  });
});
