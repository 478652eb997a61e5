import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { maskOn } from '../../shared/segmentations/mask.ts';
import { readNrrd } from '../../shared/segmentations/nrrd.ts';
import { readSegNrrd } from '../../shared/segmentations/seg-nrrd.ts';

function nrrd(fields: Record<string, string>, pairs: string[], data: Uint8Array): Uint8Array {
  const all = {
    type: 'unsigned char',
    dimension: '3',
    space: 'left-posterior-superior',
    sizes: '2 2 1',
    'space directions': '(1,0,0) (0,1,0) (0,0,2)',
    encoding: 'raw',
    'space origin': '(10,20,30)',
    ...fields,
  };
  const lines = [
    'NRRD0004',
    '# a comment',
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    ...pairs,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), data]);
}

const LABELS = new Uint8Array([0, 1, 2, 0]);

describe('NRRD files', () => {
  it('gives the voxels and the affine in RAS', () => {
    const { shape, layers, affine } = readNrrd(nrrd({}, [], LABELS), 'a.nrrd');
    expect({ shape, voxels: [...Array.from(layers[0])] }).toEqual({ shape: [2, 2, 1], voxels: [0, 1, 2, 0] });
    expect(affine).toEqual([
      [-1, 0, 0, -10],
      [0, -1, 0, -20],
      [0, 0, 2, 30],
    ]);
  });

  it.each([
    ['gzip', { encoding: 'gzip' }, gzipSync(LABELS)],
    ['text', { encoding: 'ascii' }, Buffer.from('0 1\n2 0\n')],
    ['big endian', { type: 'short', endian: 'big' }, new Uint8Array([0, 0, 0, 1, 0, 2, 0, 0])],
    ['little endian', { type: 'short', endian: 'little' }, new Uint8Array([0, 0, 1, 0, 2, 0, 0, 0])],
  ])('reads %s', (_, fields, data) => {
    expect(Array.from(readNrrd(nrrd(fields, [], data), 'a.nrrd').layers[0])).toEqual([0, 1, 2, 0]);
  });

  it('keeps the axes of RAS files', () => {
    const { affine } = readNrrd(nrrd({ space: 'right-anterior-superior' }, [], LABELS), 'a.nrrd');
    expect(affine.map((row) => row[3])).toEqual([10, 20, 30]);
  });

  it.each([
    ['a cut file', {}, LABELS.subarray(0, 3)],
    ['a damaged gzip stream', { encoding: 'gzip' }, LABELS],
    ['an unknown encoding', { encoding: 'bzip2' }, LABELS],
    ['no geometry', { space: '' }, LABELS],
    ['a detached file', { 'data file': 'a.raw' }, LABELS],
    ['two axes', { sizes: '2 2', 'space directions': '(1,0,0) (0,1,0)' }, LABELS],
    ['blocks', { type: 'block' }, LABELS],
  ])('refuses %s', (_, fields, data) => {
    expect(() => readNrrd(nrrd(fields, [], data), 'a.nrrd')).toThrow(
      expect.objectContaining({ code: 'SEGMENTATION_UNREADABLE', keys: ['a.nrrd'] }),
    );
  });
});

describe('3D Slicer segmentations', () => {
  const layered = { sizes: '2 2 2 1', 'space directions': 'none (1,0,0) (0,1,0) (0,0,2)', dimension: '4' };
  const pairs = [
    'Segment0_ID:=S1',
    'Segment0_Name:=liver',
    'Segment0_LabelValue:=1',
    'Segment0_Layer:=0',
    'Segment0_Tags:=Segmentation.Status:inprogress|TerminologyEntry:List~SCT^49755003^Morphology~SCT^4147007^Mass~^^~A~^^~^^|',
    'Segment1_ID:=S2',
    'Segment1_Name:=cyst',
    'Segment1_LabelValue:=1',
    'Segment1_Layer:=1',
  ];
  // interleaved: layer 0, layer 1 of each voxel
  const data = new Uint8Array([1, 0, 1, 1, 0, 1, 0, 0]);
  const grid = {
    shape: [2, 2, 1] as [number, number, number],
    spacingMm: [1, 1, 2] as [number, number, number],
  };

  it('takes segments apart that share a value in two layers', () => {
    const segmentation = readSegNrrd(nrrd(layered, pairs, data), 'a.seg.nrrd');
    const { affine } = readNrrd(nrrd({}, [], LABELS), 'a.nrrd');
    const { volume, labels, report } = maskOn(segmentation, { ...grid, affine }, 'a.seg.nrrd');
    expect([...volume.voxels]).toEqual([1, 2, 2, 0]);
    expect(labels).toEqual({ 1: 'liver', 2: 'cyst' });
    expect(report.overlaps).toEqual([{ kept: 'cyst', covered: 'liver', voxels: 1 }]);
    expect(segmentation.segments[0].codes).toEqual(['SCT:4147007', 'SCT:49755003']);
  });

  it('reads the older form: a layer a segment, no values', () => {
    const old = pairs.filter((pair) => !/LabelValue|Layer/.test(pair));
    const { segments } = readSegNrrd(nrrd(layered, old, data), 'a.seg.nrrd');
    expect(segments.map(({ name, number }) => [name, number])).toEqual([
      ['liver', 1],
      ['cyst', 1],
    ]);
  });

  it('refuses a segment of a layer that is not there', () => {
    expect(() => readSegNrrd(nrrd({}, pairs, LABELS), 'a.seg.nrrd')).toThrow(
      expect.objectContaining({ code: 'SEGMENTATION_UNREADABLE' }),
    );
  });

  it('takes every value of a plain label map as a segment', () => {
    expect(readSegNrrd(nrrd({}, [], LABELS), 'a.nrrd').segments.map(({ name }) => name)).toEqual(['1', '2']);
  });
});
