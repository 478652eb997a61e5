import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DatasetError } from '../../shared/errors.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { ByteRange } from '../../shared/store/store.ts';
import { buildInline } from './inline-runner.ts';
import { edit, keysOf, phantomFolder, phantomUids, temporaryFolder } from './phantom-folder.ts';

const SERIES_FOLDER = 'images/dicom/1/1/Portal 3.0 phantom';
const maskKey = (uid: string) => `images/nifti/train/masks/${uid}.nii.gz`;
const labelsKey = (uid: string) => `images/nifti/train/labels/${uid}.json`;
const slice = (k: number) => `${SERIES_FOLDER}/CT${String(k).padStart(6, '0')}.dcm`;

function editNifti(raw: string, key: string, change: (nifti: Buffer) => void): void {
  edit(raw, key, (bytes) => {
    const nifti = gunzipSync(bytes);
    change(nifti);
    return gzipSync(nifti);
  });
}

/** One damage each, done to the first series; the other three must come through. */
const DAMAGES: [what: string, code: string, damage: (raw: string, uid: string) => void][] = [
  [
    'a truncated DICOM file',
    'TRUNCATED_PIXEL_DATA',
    (raw) => edit(raw, slice(7), (b) => b.subarray(0, b.length - 100)),
  ],
  [
    'a DICOM file cut in its header',
    'DICOM_UNREADABLE',
    (raw) => edit(raw, slice(0), (b) => b.subarray(0, 200)),
  ],
  ['an empty DICOM file', 'DICOM_UNREADABLE', (raw) => edit(raw, slice(0), () => '')],
  ['a missing slice', 'MISSING_SLICES', (raw) => unlinkSync(join(raw, slice(7)))],
  [
    'two different slices at one place',
    'DUPLICATE_SLICES',
    (raw) => {
      const bytes = readFileSync(join(raw, slice(7)));
      bytes.writeInt16LE(1234, bytes.length - 2);
      writeFileSync(join(raw, SERIES_FOLDER, 'again.dcm'), bytes);
    },
  ],
  [
    'a single slice',
    'SINGLE_SLICE',
    (raw) => {
      for (const name of readdirSync(join(raw, SERIES_FOLDER)).slice(1))
        unlinkSync(join(raw, SERIES_FOLDER, name));
    },
  ],
  ['no DICOM at all', 'DICOM_MISSING', (raw) => rmSync(join(raw, SERIES_FOLDER), { recursive: true })],
  [
    'a mask of another place',
    'GEOMETRY_MISMATCH',
    (raw, uid) => editNifti(raw, maskKey(uid), (n) => n.writeFloatLE(7, 292)),
  ],
  [
    'a mask of another shape',
    'GEOMETRY_MISMATCH',
    (raw, uid) =>
      editNifti(raw, maskKey(uid), (n) => {
        n.writeInt16LE(64, 42);
        n.writeInt16LE(256, 44);
      }),
  ],
  ['an empty mask', 'MASK_EMPTY', (raw, uid) => editNifti(raw, maskKey(uid), (n) => n.fill(0, 352))],
  [
    'a truncated mask',
    'NIFTI_UNREADABLE',
    (raw, uid) => edit(raw, maskKey(uid), (b) => b.subarray(0, b.length >> 1)),
  ],
  ['no mask', 'MASK_MISSING', (raw, uid) => unlinkSync(join(raw, maskKey(uid)))],
  ['no labels', 'LABELS_MISSING', (raw, uid) => unlinkSync(join(raw, labelsKey(uid)))],
  ['labels that are no JSON', 'LABELS_UNREADABLE', (raw, uid) => edit(raw, labelsKey(uid), () => '{"1": ')],
  ['an unknown label', 'LABEL_UNMAPPED', (raw, uid) => edit(raw, labelsKey(uid), () => '{"1": "m,codo"}')],
  [
    'an unknown window',
    'WINDOW_UNKNOWN',
    (raw) => edit(raw, 'metadata/windows_mapping.json', (b) => b.toString().replace('abdomen', 'knee')),
  ],
  [
    'no window',
    'WINDOW_MISSING',
    (raw, uid) => edit(raw, 'metadata/windows_mapping.json', (b) => b.toString().replace(uid, `${uid}.9`)),
  ],
  [
    'an unknown region',
    'REGION_UNKNOWN',
    (raw) => edit(raw, 'metadata/series.json', (b) => b.toString().replace('Portal', 'Knee')),
  ],
  [
    'a repeated uuid',
    'SERIES_REPEATED',
    (raw) =>
      edit(raw, 'metadata/series.json', (b) => {
        const e = JSON.parse(b.toString());
        return JSON.stringify([...e, e[0]]);
      }),
  ],
  [
    'a RECIST row of no lesion',
    'RECIST_LESION_UNKNOWN',
    (raw, uid) =>
      edit(raw, 'recist_measurements.csv', (b) =>
        b
          .toString()
          .replace(/,1,A,30,/, ',99,A,30,')
          .replace(uid, uid),
      ),
  ],
];

describe('one bad series goes to quarantine, the others are released', () => {
  test.each(DAMAGES)('%s: %s', async (_what, code, damage) => {
    const [raw, out] = [await phantomFolder(), temporaryFolder()];
    const [uid] = phantomUids(raw);
    damage(raw, uid);
    const store = new FolderStore(out);
    const { quarantine, summary } = await buildInline(new FolderStore(raw), store);
    expect(quarantine.map((entry) => [entry.uuid, entry.code])).toEqual([[uid, code]]);
    expect(quarantine[0].message.length).toBeGreaterThan(10);
    expect(summary.accepted).toBe(3);
    const released = (await keysOf(store, 'final/')).filter((key) => key.includes(`${uid}.`));
    expect(released).toEqual([]);
    expect(readFileSync(join(out, 'final/recist_measurements.csv'), 'utf8')).not.toContain(`${uid},`);
    expect(readFileSync(join(out, 'final-formatted.zip')).includes(`_${uid}.`)).toBe(false);
  });

  test('a series that turns bad is taken out of an earlier release, and comes back when mended', async () => {
    const [raw, out] = [await phantomFolder(), temporaryFolder()];
    const [uid] = phantomUids(raw);
    await buildInline(new FolderStore(raw), new FolderStore(out));
    const before = readFileSync(join(out, 'manifest.json'), 'utf8');
    const good = readFileSync(join(raw, maskKey(uid)));
    edit(raw, maskKey(uid), (bytes) => bytes.subarray(0, 40));
    await buildInline(new FolderStore(raw), new FolderStore(out));
    expect((await keysOf(new FolderStore(out), 'final/')).filter((key) => key.includes(`${uid}.`))).toEqual(
      [],
    );
    writeFileSync(join(raw, maskKey(uid)), good);
    await buildInline(new FolderStore(raw), new FolderStore(out));
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).toBe(before);
  });

  test('--strict makes no release of a part', async () => {
    const [raw, out] = [await phantomFolder(), temporaryFolder()];
    await buildInline(new FolderStore(raw), new FolderStore(out));
    unlinkSync(join(raw, slice(7)));
    const built = buildInline(new FolderStore(raw), new FolderStore(out), { strict: true });
    await expect(built).rejects.toMatchObject({ code: 'NOT_ALL_USABLE' });
    expect(await keysOf(new FolderStore(out), 'manifest')).toEqual([]);
    expect(await keysOf(new FolderStore(out), 'final-formatted.zip')).toEqual([]);
  });
});

test.each(['STORE_DENIED', 'STORE_UNREADABLE'] as const)('a file that cannot be read: %s', async (code) => {
  const [raw, out] = [await phantomFolder(), temporaryFolder()];
  const [uid] = phantomUids(raw);
  class Refusing extends FolderStore {
    override async get(key: string, range?: ByteRange): Promise<Uint8Array> {
      if (key === slice(7)) throw new DatasetError(code, `${key}: refused`, { keys: [key] });
      return super.get(key, range);
    }
  }
  const { quarantine } = await buildInline(new Refusing(raw), new FolderStore(out));
  expect(quarantine).toMatchObject([{ uuid: uid, code, keys: [slice(7)] }]);
  // no input has changed, and yet a file that can be read again is tried again
  expect((await buildInline(new FolderStore(raw), new FolderStore(out))).quarantine).toEqual([]);
});

describe('a raw folder that cannot be used at all fails by name', () => {
  const builtAfter = async (damage: (raw: string) => void) => {
    const raw = await phantomFolder();
    damage(raw);
    return buildInline(new FolderStore(raw), new FolderStore(temporaryFolder()));
  };

  test('an empty folder', async () => {
    const built = buildInline(new FolderStore(temporaryFolder()), new FolderStore(temporaryFolder()));
    await expect(built).rejects.toMatchObject({ code: 'STORE_MISSING', keys: ['metadata/series.json'] });
  });

  test('a table that is not UTF-8', async () => {
    const damage = (raw: string) =>
      edit(raw, 'metadata/patients.csv', (b) => Buffer.concat([b, Buffer.from([0xe9, 0x0a])]));
    await expect(builtAfter(damage)).rejects.toMatchObject({
      code: 'TABLE_UNREADABLE',
      keys: ['metadata/patients.csv'],
    });
  });

  test('a table without a column it needs', async () => {
    const damage = (raw: string) =>
      edit(raw, 'metadata/patients.csv', (b) => b.toString().replace('subset', 'group'));
    await expect(builtAfter(damage)).rejects.toMatchObject({ code: 'TABLE_UNREADABLE' });
  });

  test('no series that can be used', async () => {
    const damage = (raw: string) => {
      renameSync(join(raw, 'images/dicom'), join(raw, 'elsewhere'));
      mkdirSync(join(raw, 'images/dicom'));
    };
    await expect(builtAfter(damage)).rejects.toMatchObject({ code: 'NOTHING_USABLE' });
  });
});
