import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from 'vitest';
import { targetRoisCommand } from '../../cli/target-rois.ts';
import { displayWindow } from '../../shared/pictures/display-window.ts';
import { targetRois } from '../../shared/pictures/target-rois.ts';
import {
  readFeatures,
  readTargets,
  sourcesOfBuild,
  sourcesOfFolders,
} from '../../shared/pictures/target-sources.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { getText } from '../../shared/store/json.ts';
import { parseCsv } from '../../shared/tables/csv.ts';
import { hasSharedFolder, sharedFolder } from '../dicom/shared-folder.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { edit, keysOf, phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

const silent = () => {};

describe('targetRois', () => {
  let raw: string;
  let built: string;
  beforeAll(async () => {
    raw = await phantomFolder();
    built = temporaryFolder();
    await buildInline(new FolderStore(raw), new FolderStore(built));
  }, 60_000);

  it('draws every RECIST target and joins it with the features of its lesion', async () => {
    const rois = new FolderStore(temporaryFolder());
    const { pictures, withoutAxes } = await targetRois(
      await sourcesOfBuild(new FolderStore(built)),
      rois,
      silent,
    );
    const { columns, rows } = parseCsv(await getText(rois, 'targets.csv'), 'targets.csv', []);
    expect(withoutAxes).toEqual([]);
    expect(pictures).toEqual(
      rows.map(
        (row) =>
          `png/${row.filename}_slice_idx_${row.major_axis_slice_idx}_label_label_${row.label_value}.png`,
      ),
    );
    expect(await keysOf(rois, 'png/')).toEqual([...pictures].sort());
    expect(columns.slice(11, 14)).toEqual(['study_order', 'label_value', 'label_description']);
    for (const row of rows) {
      const measured = row.label_description.startsWith('n') ? row.minor_axis_mm : row.major_axis_mm;
      expect(Math.abs(Number(measured) - Number(row.recist_measurement_mm))).toBeLessThan(3);
    }
  });

  it('gives the same pictures from folders and tables, and leaves out rows of series that are elsewhere', async () => {
    const [out, one, all] = [built, temporaryFolder(), temporaryFolder()].map(
      (folder) => new FolderStore(folder),
    );
    const test = (name: string) => new FolderStore(join(built, 'final/images/test', name));
    const sources = sourcesOfFolders(
      { cts: test('images'), masks: test('masks'), labels: test('labels') },
      {
        recist: await readTargets(out, 'final/recist_measurements.csv'),
        features: await readFeatures(out, 'stats/test/lesions_features.csv'),
        window: displayWindow('mediastinum'),
      },
    );
    const { pictures } = await targetRois(sources, one, silent);
    const [, ...rest] = phantomUids(raw);
    expect(pictures).toHaveLength(1);
    expect(pictures[0]).toContain(rest[rest.length - 1]);
    await targetRois(await sourcesOfBuild(out), all, silent);
    expect(await one.get(pictures[0])).toEqual(await all.get(pictures[0]));
  });

  it('names every target that has no features', async () => {
    const sources = await sourcesOfBuild(new FolderStore(built));
    for (const row of sources.recist.rows.slice(0, 2)) row.lesion_label_value = '99';
    const [first, second] = sources.recist.rows;
    await expect(targetRois(sources, new FolderStore(temporaryFolder()), silent)).rejects.toMatchObject({
      code: 'RECIST_LESION_UNKNOWN',
      keys: [`${first.filename} 99`, `${second.filename} 99`],
    });
  });

  it('takes a build or its six parts, and no other number of paths', async () => {
    const command = targetRoisCommand().exitOverride().configureOutput({ writeErr: silent });
    const run = command.parseAsync(['out', 'stats', 'rois'], { from: 'user' });
    await expect(run).rejects.toThrow('2 or 7 paths are needed');
  });

  it('names a method of measuring that does not exist', async () => {
    const copy = temporaryFolder();
    await buildInline(new FolderStore(raw), new FolderStore(copy));
    edit(copy, 'stats/test/lesions_features.csv', (bytes) =>
      bytes.toString().replaceAll(',obb,', ',sphere,'),
    );
    const sources = await sourcesOfBuild(new FolderStore(copy));
    await expect(targetRois(sources, new FolderStore(temporaryFolder()), silent)).rejects.toMatchObject({
      code: 'TABLE_UNREADABLE',
    });
  });
});

/** Side of the reference's pictures in pixels, and of a CT pixel in them. */
const SIDE = 1108;
const CT_PIXEL = SIDE / 110;
const COLOURS = { contour: [0, 0, 255], 'major axis': [255, 102, 0], 'minor axis': [255, 0, 255] };

/** A picture brought to the side of the reference's, as RGBA. */
async function picture(file: Uint8Array | string): Promise<Uint8ClampedArray> {
  const image = await loadImage(file);
  const context = createCanvas(SIDE, SIDE).getContext('2d');
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, SIDE, SIDE);
  return context.getImageData(0, 0, SIDE, SIDE).data;
}

/** 1 where a picture has a colour, without the diameter above and the scale bar below. */
function where(rgba: Uint8ClampedArray, colour: number[]): Uint8Array {
  const found = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < 970; y++) {
    for (let x = 0; x < SIDE; x++) {
      const text = y >= 90 && y < 195 && x >= 200 && x < 860;
      const off = colour.reduce((sum, value, c) => sum + Math.abs(value - rgba[4 * (y * SIDE + x) + c]), 0);
      if (!text && off < 60) found[y * SIDE + x] = 1;
    }
  }
  return found;
}

/** How many pixels of `these` have none of `those` within a distance. */
function astray(these: Uint8Array, those: Uint8Array, distance: number): number {
  const offsets: number[] = [];
  const reach = Math.floor(distance);
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) if (Math.hypot(dx, dy) <= distance) offsets.push(dy * SIDE + dx);
  return these.reduce((count, set, at) => count + (set && !offsets.some((by) => those[at + by]) ? 1 : 0), 0);
}

describe.skipIf(!hasSharedFolder)('targetRois against the reference', () => {
  it('draws contours and axes where the reference does, within one CT pixel', async () => {
    const [out, rois] = [new FolderStore(temporaryFolder()), new FolderStore(temporaryFolder())];
    await buildInline(new FolderStore(join(sharedFolder, 'raw')), out);
    await targetRois(await sourcesOfBuild(out), rois, silent);
    const golden = join(sharedFolder, 'golden/rois/png');
    const names = readdirSync(golden);
    expect(names).toHaveLength(4);
    for (const name of names) {
      const [reference, drawn] = [
        await picture(join(golden, name)),
        await picture(await rois.get(`png/${name}`)),
      ];
      for (const [what, colour] of Object.entries(COLOURS)) {
        const [expected, got] = [where(reference, colour), where(drawn, colour)];
        const both = expected.reduce((count, set, at) => count + (set & got[at]), 0);
        const total = [...expected, ...got].reduce((count, set) => count + set, 0);
        const report = `${what} of ${basename(name)}`;
        expect(astray(got, expected, CT_PIXEL), `${report}, drawn but not in the reference`).toBe(0);
        expect(astray(expected, got, CT_PIXEL), `${report}, in the reference but not drawn`).toBe(0);
        expect((2 * both) / total, `${report}, Dice in picture pixels`).toBeGreaterThan(0.88);
      }
    }
  }, 120_000);
});
