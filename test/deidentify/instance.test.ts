import { inflateRawSync } from 'node:zlib';
import dcmjs from 'dcmjs';
import { describe, expect, it } from 'vitest';
import { deidentifyInstance } from '../../shared/deidentify/instance.ts';
import { newKeys } from '../../shared/deidentify/keys.ts';
import { PROFILES } from '../../shared/deidentify/profile.ts';
import { Pseudonyms } from '../../shared/deidentify/pseudonyms.ts';
import {
  type Change,
  FRAGMENTS,
  ORIGINALS,
  PIXELS,
  SYNTAXES,
  type Syntax,
  syntheticInstance,
} from './synthetic-instance.ts';

const SYNTAX_NAMES = Object.keys(SYNTAXES) as Syntax[];

/** The attributes as another parser reads them, by keyword. */
function read(bytes: Uint8Array): Record<string, unknown> {
  dcmjs.log.setLevel('silent');
  const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer, { ignoreErrors: false });
  return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict);
}

/** The bytes as they would be searched: a deflated data set inflated. */
function plain(bytes: Uint8Array, syntax: Syntax): string {
  const at = Buffer.from(bytes).indexOf('RECIST-DATASET') + 14;
  const all =
    syntax === 'deflated' ? Buffer.concat([bytes, inflateRawSync(bytes.subarray(at))]) : Buffer.from(bytes);
  return all.toString('latin1').toLowerCase();
}

async function deidentified(
  syntax: Syntax = 'explicit',
  changes: Change[] = [],
  profile: 'basic' | 'research' = 'research',
) {
  const pseudonyms = new Pseudonyms(newKeys());
  const result = await deidentifyInstance(syntheticInstance(syntax, changes), PROFILES[profile], pseudonyms);
  return { ...result, pseudonyms };
}

describe.each(SYNTAX_NAMES)('a %s file', (syntax) => {
  it('has no original UID, date, name, id or private text left in its bytes, whatever the profile', async () => {
    const { patientId, names, uids, dates, texts } = ORIGINALS;
    const before = plain(syntheticInstance(syntax), syntax);
    for (const profile of ['basic', 'research'] as const) {
      const after = plain((await deidentified(syntax, [], profile)).bytes, syntax);
      for (const original of [patientId, ...names, ...uids, ...dates, ...texts]) {
        expect(before).toContain(original.toLowerCase());
        expect(after).not.toContain(original.toLowerCase());
      }
    }
  });

  it('keeps its transfer syntax and pixel data, byte for byte', async () => {
    const { bytes } = await deidentified(syntax);
    const kept = syntax === 'JPEG lossless' ? FRAGMENTS : Buffer.from(PIXELS);
    expect(plain(bytes, syntax)).toContain(kept.toString('latin1').toLowerCase());
    expect(Buffer.from(bytes).includes(SYNTAXES[syntax])).toBe(true);
  });

  it('is read by another parser, with one identity throughout', async () => {
    const { bytes, pseudonyms, sopInstanceUid } = await deidentified(syntax);
    const dataset = read(bytes);
    expect(dataset).toMatchObject({
      SOPInstanceUID: sopInstanceUid,
      PatientID: pseudonyms.remapPatient(ORIGINALS.patientId),
      SeriesInstanceUID: pseudonyms.remapUid(ORIGINALS.uids[1]),
      PatientIdentityRemoved: 'YES',
      ConvolutionKernel: 'I30f',
      SliceThickness: 5,
    });
    const [reference] = dataset.ReferencedImageSequence as Record<string, unknown>[];
    expect(reference).toMatchObject({
      ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      ReferencedSOPInstanceUID: sopInstanceUid,
    });
    expect(dataset.SourceImageSequence).toHaveLength(2);
    expect(dataset.RequestAttributesSequence).toBeUndefined();
  });
});

describe('the research profile', () => {
  it('shifts dates by the days of the patient, keeps characteristics, caps the age, cleans descriptions', async () => {
    const { bytes, pseudonyms } = await deidentified();
    const dataset = read(bytes);
    expect(dataset).toMatchObject({
      StudyDate: pseudonyms.shiftDate(ORIGINALS.patientId, '20190220'),
      AcquisitionDate: pseudonyms.shiftDate(ORIGINALS.patientId, '20190221'),
      AcquisitionDateTime: pseudonyms.shiftDate(ORIGINALS.patientId, '20190221'),
      PatientSex: 'F',
      PatientAge: '090Y',
      PatientWeight: 61.5,
      SeriesDescription: 'Torax portal',
      LongitudinalTemporalInformationModified: 'MODIFIED',
    });
    const codes = dataset.DeidentificationMethodCodeSequence as { CodeValue: string }[];
    expect(codes.map(({ CodeValue }) => CodeValue)).toEqual(['113100', '113105', '113107', '113108']);
  });

  it('lists every attribute it touched, and no value', async () => {
    const { touched } = await deidentified();
    const actions = Object.fromEntries(touched.map(({ tag, action, count }) => [tag, `${action} ${count}`]));
    expect(actions).toMatchObject({
      '(0008,0018)': 'remapped 1',
      '(0008,0020)': 'shifted 1',
      '(0008,0030)': 'emptied 1',
      '(0008,0080)': 'replaced 1',
      '(0008,103E)': 'cleaned 1',
      '(0008,1155)': 'remapped 3',
      '(0010,1010)': 'capped 1',
      '(0010,1040)': 'removed 1',
      '(0012,0062)': 'added 1',
      '(0019,1001)': 'removed 1',
      '(0019,1002)': 'removed 3',
      '(0040,0275)': 'removed 1',
      '(6000,4000)': 'removed 1',
    });
    expect(JSON.stringify(touched)).not.toMatch(/Quintanilla|20190220|MRN/);
  });
});

describe('the basic profile', () => {
  it('empties dates, characteristics and descriptions', async () => {
    const dataset = read((await deidentified('explicit', [], 'basic')).bytes);
    expect(dataset.LongitudinalTemporalInformationModified).toBe('REMOVED');
    for (const keyword of ['StudyDate', 'PatientSex', 'PatientAge', 'PatientWeight', 'SeriesDescription']) {
      expect(dataset[keyword] ?? '', keyword).toSatisfy((value: unknown) => value === '' || value === null);
    }
  });
});

describe('files that cannot be de-identified', () => {
  const CAPTURE = { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' };
  const flag = (value: string) => ({ tag: 0x00280301, vr: 'CS', value });

  it('are refused for burned-in annotation, by flag or as a secondary capture that does not deny it', async () => {
    const refusal = { code: 'BURNED_IN_ANNOTATION' };
    await expect(deidentified('explicit', [flag('YES')])).rejects.toMatchObject(refusal);
    await expect(deidentified('explicit', [CAPTURE])).rejects.toMatchObject(refusal);
    await expect(deidentified('explicit', [CAPTURE, flag('NO')])).resolves.toBeDefined();
    await expect(deidentified('explicit', [flag('NO')])).resolves.toBeDefined();
  });

  it('are refused when cut off, and when no DICOM', async () => {
    const whole = syntheticInstance();
    const pseudonyms = new Pseudonyms(newKeys());
    for (const bad of [whole.subarray(0, whole.length - 5), whole.subarray(0, 400), new Uint8Array(500)]) {
      await expect(deidentifyInstance(bad, PROFILES.research, pseudonyms)).rejects.toMatchObject({
        code: 'DICOM_UNREADABLE',
      });
    }
  });

  it('takes the study for the patient where no patient id is given', async () => {
    const { patient, pseudonyms } = await deidentified('explicit', [
      { tag: 0x00100020, vr: 'LO', value: '' },
    ]);
    expect(patient).toBe(pseudonyms.remapPatient(ORIGINALS.uids[2]));
  });
});
