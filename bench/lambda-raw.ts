import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeader } from '../shared/dicom/header.ts';
import { gzip } from '../shared/gzip/gzip.ts';
import { readNifti } from '../shared/nifti/read.ts';
import { writeNifti } from '../shared/nifti/write.ts';
import { ctSliceFile } from '../shared/phantom/dicom-writer.ts';
import { jsonText } from '../shared/store/json.ts';

const UID = '1.2.826.0.1.3680043.8.498.67407456190750456807825430059994380574';
const DICOM_FOLDER = 'images/dicom/2/3201122/Torax  1.25  B60f';
const LONG_UID = '2.25.300';

/** The raw folder's series of 50 slices, and one of it so many times over, as the objects of a bucket. */
export function lambdaRaw(
  raw: string,
  times = 6,
): { short: string; long: string; objects: Map<string, Buffer> } {
  const objects = new Map<string, Buffer>();
  const read = (key: string) => readFileSync(join(raw, key));
  const files = readdirSync(join(raw, DICOM_FOLDER)).map((name) => read(`${DICOM_FOLDER}/${name}`));
  for (const [k, file] of files.entries()) objects.set(`raw/images/dicom/short/${k}.dcm`, file);
  for (const [k, file] of repeated(files, times).entries())
    objects.set(`raw/images/dicom/long/${k}.dcm`, file);
  const entries = JSON.parse(read('metadata/series.json').toString());
  const entry = entries.find(({ uuid }: { uuid: string }) => uuid === UID);
  const long = { ...entry, id: entry.id + 1000, uuid: LONG_UID, slices: times * files.length };
  objects.set('raw/metadata/series.json', Buffer.from(jsonText([entry, long])));
  objects.set('raw/metadata/patients.csv', read('metadata/patients.csv'));
  const windows = JSON.parse(read('metadata/windows_mapping.json').toString());
  windows[`${LONG_UID}.nii.gz`] = windows[`${UID}.nii.gz`];
  objects.set('raw/metadata/windows_mapping.json', Buffer.from(jsonText(windows)));
  for (const subset of ['train', 'test']) {
    const folder = `images/nifti/${subset}`;
    if (!readdirSync(join(raw, folder, 'masks')).includes(`${UID}.nii.gz`)) continue;
    const mask = read(`${folder}/masks/${UID}.nii.gz`);
    objects.set(`raw/${folder}/masks/${UID}.nii.gz`, mask);
    objects.set(`raw/${folder}/masks/${LONG_UID}.nii.gz`, repeatedMask(mask, times));
    for (const uid of [UID, LONG_UID])
      objects.set(`raw/${folder}/labels/${uid}.json`, read(`${folder}/labels/${UID}.json`));
  }
  return { short: UID, long: LONG_UID, objects };
}

/** The slices so many times over, one stack upon the other, uncompressed as they are. */
function repeated(files: Buffer[], times: number): Buffer[] {
  const headers = files.map((file) => readHeader(file));
  const placed = headers.map((header) => ({ header, position: header.frames[0].positionMm! }));
  placed.sort((a, b) => a.position[2] - b.position[2]);
  const [first, second] = placed;
  const step = second.position[2] - first.position[2];
  return Array.from({ length: times * placed.length }, (_, k) => {
    const { header } = placed[k % placed.length];
    const { rows, columns } = header.format;
    const { value } = header.pixelData!;
    const pixels = new Int16Array(new Uint8Array(value.subarray(0, 2 * rows * columns)).buffer);
    return Buffer.from(
      ctSliceFile({
        seriesUid: LONG_UID,
        studyUid: header.studyInstanceUid,
        instanceUid: `${LONG_UID}.${k + 1}`,
        instanceNumber: k + 1,
        patientId: header.patientId,
        patientSex: '',
        studyDate: header.studyDate,
        seriesDescription: header.seriesDescription,
        kernel: 'B60f',
        rows,
        columns,
        pixelSpacingMm: header.frames[0].pixelSpacingMm![0],
        sliceThicknessMm: header.sliceThicknessMm ?? step,
        positionMm: [first.position[0], first.position[1], first.position[2] + k * step],
        intercept: header.frames[0].rescaleIntercept,
        pixels,
      }),
    );
  });
}

function repeatedMask(file: Buffer, times: number): Buffer {
  const mask = readNifti(file, 'mask');
  const { length } = mask.voxels;
  const voxels = new Uint8Array(times * length);
  for (let copy = 0; copy < times; copy++) voxels.set(mask.voxels as Uint8Array, copy * length);
  const [columns, rows, slices] = mask.shape;
  return Buffer.from(
    gzip([writeNifti({ ...mask, shape: [columns, rows, times * slices], voxels }, 'derived')]),
  );
}
