import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHeader, seriesUidOf } from '../../shared/dicom/header.ts';
import { ENHANCED_CT, sliceElements, sliceFile } from './synthetic-series.ts';
import { dicomFile, SYNTAX, type WrittenElement } from './write-dicom.ts';

const PRIVATE_SEQUENCE: WrittenElement = [0x00091001, 'SQ', [[[0x0020000e, 'UI', '9.9.9']], []]];

const ENCODINGS = Object.entries(SYNTAX)
  .filter(([name]) => name !== 'rle')
  .flatMap(([name, syntax]) =>
    [true, false].map((undefinedLengths) => ({ name, syntax, undefinedLengths, preamble: true })),
  );
const BARE = ['implicit', 'explicit'].map((name) => ({
  name: `${name} without preamble`,
  syntax: name === 'implicit' ? SYNTAX.implicit : SYNTAX.explicit,
  undefinedLengths: true,
  preamble: false,
}));

describe('a header reads the same in every encoding', () => {
  test.each([...ENCODINGS, ...BARE])('$name, undefined lengths $undefinedLengths', async (write) => {
    const bytes = sliceFile({ z: 5, change: { 1: PRIVATE_SEQUENCE }, write });
    const header = readHeader(bytes);
    expect(header).toMatchObject({
      transferSyntaxUid: write.syntax,
      seriesInstanceUid: '1.2.2',
      modality: 'CT',
      sliceThicknessMm: 7.5,
      format: { rows: 4, columns: 3, bitsAllocated: 16, bitsStored: 16, pixelRepresentation: 1 },
      frames: [{ positionMm: [-10, -20, 5], pixelSpacingMm: [2, 0.5], rescaleIntercept: -1024 }],
    });
    expect(header.pixelData?.value.length).toBe(24);
    expect(await seriesUidOf(bytes.length, async (from, length) => bytes.subarray(from, from + length))).toBe(
      '1.2.2',
    );
  });
});

describe('functional groups of a multi-frame image', () => {
  const position = (z: number): WrittenElement[] => [
    [0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${z}`]]]],
  ];
  const shared: WrittenElement[] = [
    [0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]],
    [
      0x00289110,
      'SQ',
      [
        [
          [0x00180050, 'DS', '3'],
          [0x00280030, 'DS', '2\\0.5'],
        ],
      ],
    ],
    [
      0x00289145,
      'SQ',
      [
        [
          [0x00281052, 'DS', '-1000'],
          [0x00281053, 'DS', '2'],
        ],
      ],
    ],
  ];

  test.each(ENCODINGS)('$name, undefined lengths $undefinedLengths', (write) => {
    const elements = sliceElements({
      sopClass: ENHANCED_CT,
      pixels: new Int16Array(24),
      change: {
        [0x00200032]: undefined,
        [0x00200037]: undefined,
        [0x00280030]: undefined,
        [0x00281052]: undefined,
        [0x00281053]: undefined,
        [0x00280008]: [0x00280008, 'IS', '2'],
        [0x52009229]: [0x52009229, 'SQ', [shared]],
        [0x52009230]: [0x52009230, 'SQ', [position(1), position(4)]],
      },
    });
    const frame = { orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [2, 0.5], rescaleSlope: 2 };
    expect(readHeader(dicomFile(elements, write)).frames).toMatchObject([
      { ...frame, positionMm: [0, 0, 1], rescaleIntercept: -1000 },
      { ...frame, positionMm: [0, 0, 4], rescaleIntercept: -1000 },
    ]);
  });
});

describe('what is not as it should be', () => {
  test('an empty rescale means none', () => {
    expect(readHeader(sliceFile({ slope: '', intercept: '' })).frames).toMatchObject([
      { rescaleSlope: 1, rescaleIntercept: 0 },
    ]);
  });

  test.each(['1e9', '-1', '1.5'])('%s frames are refused', (frames) => {
    const bytes = sliceFile({ change: { [0x00280008]: [0x00280008, 'IS', frames] } });
    expect(() => readHeader(bytes)).toThrow(expect.objectContaining({ code: 'DICOM_UNREADABLE' }));
  });

  test('any bytes give a header or DICOM_UNREADABLE', () => {
    const whole = sliceFile({ change: { 1: PRIVATE_SEQUENCE }, write: { undefinedLengths: true } });
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readHeader(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DICOM_UNREADABLE' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
