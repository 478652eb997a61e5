/** One CT slice to write: stored values are int16, HU = stored + intercept. */
export interface PhantomSlice {
  seriesUid: string;
  studyUid: string;
  instanceUid: string;
  instanceNumber: number;
  patientId: string;
  patientSex: string;
  studyDate: string;
  seriesDescription: string;
  kernel: string;
  rows: number;
  columns: number;
  pixelSpacingMm: number;
  sliceThicknessMm: number;
  positionMm: [number, number, number];
  intercept: number;
  pixels: Int16Array;
}

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Value representations whose length field is 32 bit wide (PS3.5 7.1.2). */
const LONG_VR = new Set(['OB', 'OW']);

/** A CT Image Storage file (PS3.10), explicit VR little-endian, with the attributes a converter reads. */
export function ctSliceFile(slice: PhantomSlice): Uint8Array {
  const spacing = String(slice.pixelSpacingMm);
  const dataSet = [
    text(0x0008, 0x0008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'),
    text(0x0008, 0x0016, 'UI', CT_IMAGE_STORAGE),
    text(0x0008, 0x0018, 'UI', slice.instanceUid),
    text(0x0008, 0x0020, 'DA', slice.studyDate),
    text(0x0008, 0x0060, 'CS', 'CT'),
    text(0x0008, 0x0070, 'LO', 'Phantom'),
    text(0x0008, 0x103e, 'LO', slice.seriesDescription),
    text(0x0010, 0x0010, 'PN', 'Phantom'),
    text(0x0010, 0x0020, 'LO', slice.patientId),
    text(0x0010, 0x0040, 'CS', slice.patientSex),
    text(0x0018, 0x0050, 'DS', String(slice.sliceThicknessMm)),
    text(0x0018, 0x0060, 'DS', '120'),
    text(0x0018, 0x1210, 'SH', slice.kernel),
    text(0x0018, 0x5100, 'CS', 'HFS'),
    text(0x0020, 0x000d, 'UI', slice.studyUid),
    text(0x0020, 0x000e, 'UI', slice.seriesUid),
    text(0x0020, 0x0013, 'IS', String(slice.instanceNumber)),
    text(0x0020, 0x0032, 'DS', slice.positionMm.join('\\')),
    text(0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0'),
    text(0x0020, 0x0052, 'UI', `${slice.studyUid}.1`),
    short(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    short(0x0028, 0x0010, slice.rows),
    short(0x0028, 0x0011, slice.columns),
    text(0x0028, 0x0030, 'DS', `${spacing}\\${spacing}`),
    short(0x0028, 0x0100, 16),
    short(0x0028, 0x0101, 16),
    short(0x0028, 0x0102, 15),
    short(0x0028, 0x0103, 1),
    text(0x0028, 0x1052, 'DS', String(slice.intercept)),
    text(0x0028, 0x1053, 'DS', '1'),
    element(
      0x7fe0,
      0x0010,
      'OW',
      Buffer.from(slice.pixels.buffer, slice.pixels.byteOffset, slice.pixels.byteLength),
    ),
  ];
  const meta = [
    element(0x0002, 0x0001, 'OB', Buffer.from([0, 1])),
    text(0x0002, 0x0002, 'UI', CT_IMAGE_STORAGE),
    text(0x0002, 0x0003, 'UI', slice.instanceUid),
    text(0x0002, 0x0010, 'UI', EXPLICIT_LITTLE_ENDIAN),
    text(0x0002, 0x0012, 'UI', '2.25.252693713861421834061741'),
  ];
  const metaLength = Buffer.alloc(4);
  metaLength.writeUInt32LE(meta.reduce((sum, part) => sum + part.length, 0));
  const preamble = Buffer.alloc(132);
  preamble.write('DICM', 128, 'latin1');
  return Buffer.concat([preamble, element(0x0002, 0x0000, 'UL', metaLength), ...meta, ...dataSet]);
}

function text(group: number, tag: number, vr: string, value: string): Buffer {
  const padding = value.length % 2 ? (vr === 'UI' ? '\0' : ' ') : '';
  return element(group, tag, vr, Buffer.from(value + padding, 'latin1'));
}

function short(group: number, tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return element(group, tag, 'US', bytes);
}

function element(group: number, tag: number, vr: string, value: Buffer): Buffer {
  const head = Buffer.alloc(LONG_VR.has(vr) ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(tag, 2);
  head.write(vr, 4, 'latin1');
  if (LONG_VR.has(vr)) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}
