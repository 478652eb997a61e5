import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import dcmjs from 'dcmjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDeidentify } from '../../cli/run-deidentify.ts';
import { findIdentifiers, knownOriginals } from '../../shared/deidentify/find-identifiers.ts';
import { deidentifyInstance } from '../../shared/deidentify/instance.ts';
import { Keys, newKeys } from '../../shared/deidentify/keys.ts';
import { PROFILES } from '../../shared/deidentify/profile.ts';
import { Pseudonyms } from '../../shared/deidentify/pseudonyms.ts';
import { convertSeries } from '../../shared/dicom/series.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { ORIGINALS, syntheticInstance } from './synthetic-instance.ts';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deidentify-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe('the deidentify command', () => {
  const options = () => ({ profile: 'research' as const, keys: join(folder, 'keys.json') });

  it('names files by new identities, reports what it touched, and keeps the keys apart', async () => {
    const input = new FolderStore(join(folder, 'in'));
    await input.put('MRN-0048213/Quintanilla/a.dcm', syntheticInstance());
    await input.put('notes.txt', Buffer.from('hello'));
    const out = join(folder, 'out');
    expect(await runDeidentify(join(folder, 'in'), out, options())).toBe(0);
    const keys = Keys.parse(JSON.parse(readFileSync(options().keys, 'utf8')));
    expect(statSync(options().keys).mode & 0o777).toBe(0o600);
    const { pseudonym } = keys.patients[ORIGINALS.patientId];
    const [sop, series, study] = ORIGINALS.uids.map((uid) => keys.uids[uid]);
    expect(filesBelow(out)).toEqual([
      join(out, pseudonym, study, series, `${sop}.dcm`),
      join(out, 'deidentification.json'),
    ]);
    const texts = filesBelow(out).map((path) => ({
      key: path,
      text: `${path} ${readFileSync(path, 'latin1')}`,
    }));
    expect([...findIdentifiers(texts, knownOriginals(keys))]).toEqual([]);
    const report = JSON.parse(readFileSync(join(out, 'deidentification.json'), 'utf8'));
    expect(report.series[0]).toMatchObject({ patient: pseudonym, seriesUid: series, files: 1 });
    expect(report.series[0].touched.length).toBeGreaterThan(20);
  });

  it('makes the same files again with the same keys', async () => {
    await new FolderStore(join(folder, 'in')).put('a.dcm', syntheticInstance());
    await runDeidentify(join(folder, 'in'), join(folder, 'one'), options());
    await runDeidentify(join(folder, 'in'), join(folder, 'two'), options());
    const [one, two] = ['one', 'two'].map((name) =>
      filesBelow(join(folder, name)).map((path) => readFileSync(path)),
    );
    expect(two).toEqual(one);
  });

  it('refuses burned-in text and a second file of one instance, and says so by its exit code', async () => {
    const input = new FolderStore(join(folder, 'in'));
    await input.put('a.dcm', syntheticInstance());
    await input.put('b.dcm', syntheticInstance());
    await input.put('c.dcm', syntheticInstance('explicit', [{ tag: 0x00280301, vr: 'CS', value: 'YES' }]));
    expect(await runDeidentify(join(folder, 'in'), join(folder, 'out'), options())).toBe(3);
    const report = JSON.parse(readFileSync(join(folder, 'out', 'deidentification.json'), 'utf8'));
    expect(report.refused).toEqual({ DUPLICATE_SLICES: 1, BURNED_IN_ANNOTATION: 1 });
  });

  it('does not write keys into the release', async () => {
    const keys = join(folder, 'out', 'keys.json');
    await expect(
      runDeidentify(folder, join(folder, 'out'), { profile: 'basic', keys }),
    ).rejects.toMatchObject({
      code: 'USAGE',
    });
    expect(existsSync(keys)).toBe(false);
  });
});

describe('findIdentifiers', () => {
  const pseudonyms = new Pseudonyms(newKeys());
  pseudonyms.remapUid('1.2.752.24.7.111.1');
  pseudonyms.shiftDate('MRN-0048213', '20190220');
  pseudonyms.remapPatient('12');
  pseudonyms.remember({ names: ['Quintanilla'], ids: ['ACC77120'], dates: [] });
  const known = knownOriginals(pseudonyms.keys());

  it.each([
    ['images/001_1.2.752.24.7.111.1.nii.gz', 'uid', '1.2.752.24.7.111.1'],
    ['patient,MRN-0048213,F', 'patient', 'MRN-0048213'],
    ['{"study_date": "20190220"}', 'date', '20190220'],
    ['study of 2019-02-20.', 'date', '2019-02-20'],
    ['dr_quintanilla.txt', 'name', 'quintanilla'],
    ['accession ACC77120', 'id', 'ACC77120'],
  ])('finds what is left in %s', (text, kind, found) => {
    const [hit, ...others] = findIdentifiers([{ key: 'k', text }], known);
    expect(hit).toEqual({ key: 'k', kind, found, offset: text.indexOf(found) });
    expect(others).toEqual([]);
  });

  it('does not take parts of longer words and numbers, short ids, or replacements, for originals', () => {
    const replaced = [
      pseudonyms.remapUid('1.2.752.24.7.111.1'),
      pseudonyms.shiftDate('MRN-0048213', '20190220'),
      pseudonyms.remapPatient('MRN-0048213'),
    ].join(',');
    const text = `${replaced} 1.2.752.24.7.111.12 ACC771201 Quintanillas 120190220 12`;
    expect([...findIdentifiers([{ key: 'k', text }], known)]).toEqual([]);
  });
});

it('takes names that an earlier de-identification wrote for words', () => {
  const earlier = new Pseudonyms(newKeys());
  earlier.remember({ names: ['Removed', 'Anonymous', 'Quintanilla'], ids: [], dates: [] });
  const texts = [{ key: 'objects_results.csv', text: 'filename,removed,label_value of Quintanilla' }];
  const found = [...findIdentifiers(texts, knownOriginals(earlier.keys()))];
  expect(found).toMatchObject([{ found: 'Quintanilla' }]);
});

it('does not take a number of a table for an accession number, unless it is long and whole', () => {
  const numbers = new Pseudonyms(newKeys());
  numbers.remember({ names: [], ids: ['1001', '100001'], dates: [] });
  const texts = [{ key: 'stats.csv', text: 'min -1001, mean 0.100001, accession 100001' }];
  const found = [...findIdentifiers(texts, knownOriginals(numbers.keys()))];
  expect(found).toMatchObject([{ found: '100001', offset: texts[0].text.lastIndexOf('100001') }]);
});

describe.skipIf(!existsSync(SHARED))('real files', () => {
  const NAMED = [
    'data/sts-003/dicom/image/000010.dcm',
    'data/sts-003/dicom/rtstruct.dcm',
    'data/crlm-ct-1004/image/1-01.dcm',
    'data/pydicom-misc/CT_small.dcm',
    'data/pydicom-misc/J2K_pixelrep_mismatch.dcm',
    'data/pydicom-misc/bad_sequence.dcm',
    'data/pydicom-misc/explicit_VR-UN.dcm',
    'data/pydicom-misc/liver_expb.dcm',
    'data/pydicom-misc/eCT_Supplemental.dcm',
    'data/dcmqi-seg/ct-3slice/01.dcm',
    'data/dcmqi-seg/partial_overlaps.dcm',
    'data/highdicom-seg/seg_image_ct_binary_overlap.dcm',
    'data/ct-multiframe-encaps/CT0012.fragmented_no_bot_jpeg_ls.80.dcm',
    'data/ct-transfer-syntaxes/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm',
  ].map((name) => join(SHARED, name));

  /** Values by representation, gathered from another parser's tree. */
  function valuesOf(dict: Record<string, unknown>, vr: string, into: Set<string> = new Set()): Set<string> {
    for (const element of Object.values(dict) as { vr: string; Value?: unknown[] }[]) {
      for (const value of element.Value ?? []) {
        if (element.vr === 'SQ') valuesOf(value as Record<string, unknown>, vr, into);
        else if (element.vr === vr) into.add(typeof value === 'string' ? value : JSON.stringify(value));
      }
    }
    return into;
  }

  function parse(bytes: Uint8Array) {
    dcmjs.log.setLevel('silent');
    return dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer, { ignoreErrors: true }).dict;
  }

  it.each(NAMED.map((path) => [path.slice(SHARED.length), path]))('%s', async (_, path) => {
    const file = readFileSync(path);
    const { bytes } = await deidentifyInstance(file, PROFILES.research, new Pseudonyms(newKeys()));
    const [before, after] = [file, bytes].map(parse);
    const pixels = (dict: Record<string, unknown>) =>
      ((dict['7FE00010'] as { Value?: ArrayBuffer[] })?.Value ?? []).map((frame) => Buffer.from(frame));
    expect(Buffer.concat(pixels(after)).equals(Buffer.concat(pixels(before)))).toBe(true);
    const withoutPixels = Buffer.from(bytes)
      .toString('latin1')
      .slice(0, bytes.length - pixels(after).reduce((sum, { length }) => sum + length, 0));
    const uids = [...valuesOf(before, 'UI')].filter(
      (uid) => !uid.startsWith('1.2.840.10008.') && uid.length > 12,
    );
    const dates = [...valuesOf(before, 'DA')].filter((date) => date.length === 8);
    for (const original of [...uids, ...dates])
      expect(withoutPixels.includes(original), original).toBe(false);
    // a body part may be called as a phantom is: codes are kept
    const codes = [...valuesOf(before, 'CS')].join(' ').toUpperCase();
    const names = [...valuesOf(before, 'PN')].flatMap((pn) => pn.match(/[A-Za-z]{4,}/g) ?? []);
    const telling = names.filter(
      (name) => !/betic|graphic|Phonetic/.test(name) && !codes.includes(name.toUpperCase()),
    );
    for (const name of telling) expect(withoutPixels.includes(name), name).toBe(false);
    expect(Object.keys(after).filter((tag) => Number.parseInt(tag.slice(0, 4), 16) % 2 === 1)).toEqual([]);
  });

  it('convert to the same volume as before, as one series', async () => {
    const paths = filesBelow(join(SHARED, 'data/crlm-ct-1004/image')).slice(0, 5);
    const pseudonyms = new Pseudonyms(newKeys());
    const originals = paths.map((path) => ({ key: path, bytes: new Uint8Array(readFileSync(path)) }));
    const released = await Promise.all(
      originals.map(async ({ key, bytes }) => ({
        key,
        bytes: (await deidentifyInstance(bytes, PROFILES.research, pseudonyms)).bytes,
      })),
    );
    const toFile = ({ key, bytes }: { key: string; bytes: Uint8Array }) => ({ key, read: async () => bytes });
    const before = await convertSeries(originals.map(toFile), { resample: false });
    const after = await convertSeries(released.map(toFile), { resample: false });
    expect(Buffer.from(after.volume.voxels.buffer).equals(Buffer.from(before.volume.voxels.buffer))).toBe(
      true,
    );
    expect(after.volume.affine).toEqual(before.volume.affine);
  });
});
