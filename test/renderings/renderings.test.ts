import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { renderingsCommand } from '../../cli/renderings.ts';
import { runRenderings } from '../../cli/run-renderings.ts';
import { writeNifti } from '../../shared/nifti/write.ts';
import { casePictures } from '../../shared/renderings/case-pictures.ts';
import { Overrides, viewOf } from '../../shared/renderings/overrides.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Shape, Volume } from '../../shared/volume/volume.ts';
import { pixels } from '../pictures/pixels.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { keysOf, phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';
import { inBall, storedAs, volumeOf } from './solids.ts';

const SHAPE: Shape = [60, 40, 30];
const SPACING: [number, number, number] = [4, 4, 4];

/** A body of 200 x 120 mm in voxels of 4 mm. */
const ct = volumeOf(SHAPE, SPACING, (x, y) => (x >= 20 && x < 220 && y >= 20 && y < 140 ? 40 : -1000));
const lesionAt = (x: number, y: number, z: number) => volumeOf(SHAPE, SPACING, inBall([x, y, z], 12));

/** Where the pixels of a colour are in a picture, each as a share of width and height. */
async function placeOf(
  png: Uint8Array | undefined,
  is: (red: number, green: number, blue: number) => boolean,
) {
  const { width, height, rgba } = await pixels(png!);
  let [sumX, sumY, count] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if (!is(rgba[at], rgba[at + 1], rgba[at + 2])) continue;
      sumX += x;
      sumY += y;
      count++;
    }
  }
  return { x: sumX / count / width, y: sumY / count / height, count };
}

const isRed = (red: number, green: number) => red - green > 60;

function pictures(groundTruth: Volume, shown: Volume = ct, prediction?: Volume) {
  const view = viewOf('ct', []);
  return casePictures({ ct: shown, groundTruth, prediction }, 'abdomen', view);
}

/** The red lesion in 3-D, and on the slice that shows it. */
async function redIn(made: Map<string, Uint8Array>) {
  const slice = [...made.keys()].find((name) => name.startsWith('slice_'))!;
  return {
    solid: await placeOf(made.get('ground_truth'), isRed),
    flat: await placeOf(made.get(slice), isRed),
    slice,
  };
}

describe('casePictures', () => {
  it('shows the patient from the front: the left side on the right, the head up, and slices front up', async () => {
    const middle = await redIn(pictures(lesionAt(120, 108, 60)));
    const left = await redIn(pictures(lesionAt(60, 108, 60)));
    const up = await redIn(pictures(lesionAt(120, 108, 88)));
    const front = await redIn(pictures(lesionAt(120, 128, 60)));
    expect(left.solid.x - middle.solid.x).toBeGreaterThan(0.15);
    expect(left.flat.x - middle.flat.x).toBeCloseTo(60 / 240, 2);
    expect(middle.solid.y - up.solid.y).toBeGreaterThan(0.1);
    expect([middle.slice, up.slice]).toEqual(['slice_15', 'slice_22']);
    expect(middle.flat.y - front.flat.y).toBeCloseTo(20 / 160, 2);
    // the camera looks down a little, so what is nearer to it is lower
    expect(front.solid.y).toBeGreaterThan(middle.solid.y);
  });

  it('makes the same pictures however the axes are stored', async () => {
    const lesion = lesionAt(72, 116, 80);
    const expected = await redIn(pictures(lesion));
    for (const axes of [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
      [2, 0, 1],
    ]) {
      for (const turned of [
        [false, false, false],
        [true, false, true],
      ]) {
        const made = pictures(storedAs(lesion, axes, turned), storedAs(ct, axes, turned));
        const { solid, flat } = await redIn(made);
        expect(flat, `${axes} ${turned}`).toEqual(expected.flat);
        expect(Math.hypot(solid.x - expected.solid.x, solid.y - expected.solid.y)).toBeLessThan(0.002);
      }
    }
  });

  it('has a bar that is 10 cm long', async () => {
    const { width, height, at } = await pixels(pictures(lesionAt(120, 108, 60)).get('slice_15')!);
    expect([width, height]).toEqual([120, 80]);
    const isBlack = (x: number) => at(x, 40).every((value) => value === 0);
    let [first, last] = [60, 60];
    while (isBlack(first - 1)) first--;
    while (isBlack(last + 1)) last++;
    expect((last - first + 1) * 2).toBe(100);
  });

  it('shows the prediction gold beside the ground truth red, and its own picture in 3-D', async () => {
    const made = pictures(lesionAt(120, 108, 60), ct, lesionAt(60, 108, 60));
    const isGold = (red: number, green: number, blue: number) => red - blue > 80 && green - blue > 60;
    const gold = await placeOf(made.get('prediction'), isGold);
    const red = await placeOf(made.get('ground_truth'), isRed);
    expect(gold.x - red.x).toBeGreaterThan(0.15);
    expect((await placeOf(made.get('body'), isRed)).count).toBe(0);
    expect((await placeOf(made.get('slice_15'), isGold)).count).toBeGreaterThan(0);
    expect([...made.keys()]).toEqual(['body', 'ground_truth', 'prediction', 'slice_15']);
  });

  it('refuses a CT of air only', () => {
    const air = volumeOf(SHAPE, SPACING, () => -1000);
    expect(() => pictures(lesionAt(60, 108, 60), air)).toThrow(
      expect.objectContaining({ code: 'NOT_A_CT_VOLUME' }),
    );
  });
});

describe('renderings of nnU-Net', () => {
  let folder: string;
  const path = (...names: string[]) => join(folder, ...names);
  const put = (name: string, volume: Volume) => writeFileSync(path(name), writeNifti(volume, 'derived'));
  const run = async (overrides?: unknown) => {
    const out = temporaryFolder();
    writeFileSync(path('views.json'), JSON.stringify(overrides ?? []));
    const lines: string[] = [];
    const log = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(`${text}`) > 0);
    const error = vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(`${text}`) > 0);
    const exit = await runRenderings([path('cts'), path('truth'), path('predictions'), out], {
      overrides: path('views.json'),
    }).finally(() => [log, error].forEach((spy) => void spy.mockRestore()));
    return { exit, out: new FolderStore(out), said: lines.join('') };
  };

  beforeAll(() => {
    folder = temporaryFolder();
    for (const name of ['cts', 'truth', 'predictions']) mkdirSync(path(name));
    for (const name of ['a', 'b', 'c']) {
      put(`cts/${name}_0000.nii.gz`, ct);
      put(`truth/${name}.nii.gz`, lesionAt(120, 108, 60));
      if (name !== 'b') put(`predictions/${name}.nii.gz`, lesionAt(124, 108, 60));
    }
    put(
      'predictions/c.nii.gz',
      volumeOf([60, 40, 29], SPACING, () => 1),
    );
  });

  it('draws the case that is whole, says what the others lack, and makes the same bytes again', async () => {
    const [first, second] = [await run(), await run()];
    expect(first.exit).toBe(3);
    expect(first.said).toContain('MASK_MISSING');
    expect(first.said).toContain('GEOMETRY_MISMATCH');
    const keys = await keysOf(first.out, '');
    expect(keys).toEqual(['a_body.png', 'a_ground_truth.png', 'a_prediction.png', 'a_slice_15.png']);
    for (const key of keys) expect(await second.out.get(key)).toEqual(await first.out.get(key));
  });

  it('shows the slice and the part that an override asks for', async () => {
    const { out } = await run([
      { filename: 'a_0000.nii.gz', slice_idx: 12, crop: { columns: [10, 6], rows: [0, 4], slices: [5, 1] } },
    ]);
    const slice = await pixels(await out.get('a_slice_12.png'));
    expect([slice.width, slice.height]).toEqual([2 * 44, 2 * 36]);
  });

  it.each([
    ['of no CT', [{ filename: 'd_0000.nii.gz' }], /d_0000/],
    ['that is there twice', [{ filename: 'a_0000.nii.gz' }, { filename: 'a_0000.nii.gz' }], /repeated/],
  ])('refuses an override %s', async (_, overrides, message) => {
    await expect(run(overrides)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['a crop that leaves nothing', { crop: { columns: [40, 20] } }, /crop/],
    ['a crop beyond two ends', { crop: { columns: [80, 0], rows: [80, 0] } }, /crop/],
    ['a slice beyond the last', { slice_idx: 30 }, /slice 30/],
    ['a slice that is cropped away', { slice_idx: 2, crop: { slices: [3, 0] } }, /slice 2/],
  ])('draws the others when an override asks for %s', async (_, override, message) => {
    put('predictions/b.nii.gz', lesionAt(124, 108, 60));
    const { exit, out, said } = await run([{ filename: 'a_0000.nii.gz', ...override }]);
    rmSync(path('predictions/b.nii.gz'));
    expect(exit).toBe(3);
    expect(said).toMatch(/a failed: OVERRIDE_UNFIT/);
    expect(said).toMatch(message);
    expect((await keysOf(out, '')).map((key) => key.split('_')[0])).toEqual(['b', 'b', 'b', 'b']);
  });

  it('names the field of an override that is wrong', async () => {
    const wrong = run([{ filename: 'a_0000.nii.gz', slice: 3 }]);
    await expect(wrong).rejects.toThrow(/"slice"/);
  });

  it('fills and does not dilate when nothing is said', () => {
    expect(Overrides.parse([{ filename: 'a' }])[0]).toMatchObject({ fill: true, dilate: false });
  });
});

describe('renderings', () => {
  it('draws the series of a build', async () => {
    const [raw, built, out] = [await phantomFolder(), temporaryFolder(), temporaryFolder()];
    await buildInline(new FolderStore(raw), new FolderStore(built));
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await runRenderings([built, out], {})).toBe(0);
    vi.restoreAllMocks();
    const keys = await keysOf(new FolderStore(out), '');
    for (const uid of phantomUids(raw))
      expect(keys.filter((key) => key.startsWith(`${uid}_`))).toEqual([
        `${uid}_body.png`,
        `${uid}_ground_truth.png`,
        expect.stringMatching(/_slice_\d+\.png$/),
      ]);
  }, 60_000);

  it('takes a build or the folders of nnU-Net, and no other number of paths', async () => {
    const command = renderingsCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    const run = command.parseAsync(['cts', 'masks', 'pictures'], { from: 'user' });
    await expect(run).rejects.toThrow('2 or 4 paths are needed');
  });
});
