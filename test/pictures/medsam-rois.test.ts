import { beforeEach, describe, expect, it } from 'vitest';
import { medsamRois } from '../../shared/pictures/medsam-rois.ts';
import { png } from '../../shared/pictures/png.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { getText, utf8 } from '../../shared/store/json.ts';
import { keysOf, temporaryFolder } from '../pipeline/phantom-folder.ts';
import { pixels } from './pixels.ts';

const COLUMNS = 64;
const ROWS = 48;
const series = [
  { uuid: '1.2.3', patient_id: 7, column_spacing: 0.5 },
  { uuid: '1.2.4', patient_id: 8, column_spacing: 1 },
];
const patients = {
  columns: ['patient_id', 'diagnosis'],
  rows: [
    { patient_id: '7', diagnosis: 'lung cancer' },
    { patient_id: '8', diagnosis: 'melanoma' },
  ],
};

/** A grey PNG of columns x rows, `scale` times as large. */
function grey(value: (column: number, row: number) => number, scale = 1): Uint8Array {
  const width = COLUMNS * scale;
  const pixels = Uint8Array.from({ length: width * ROWS * scale }, (_, at) =>
    value(Math.floor((at % width) / scale), Math.floor(Math.floor(at / width) / scale)),
  );
  return png(pixels, width, ROWS * scale, 1);
}

/** 255 in columns 20-30 and rows 10-20, moved to the right by some columns. */
const square = (by: number) => (column: number, row: number) =>
  column >= 20 + by && column <= 30 + by && row >= 10 && row <= 20 ? 255 : 0;

function box(study: string, name: string) {
  return {
    study,
    slice_idx: 4,
    foreground_label: 2,
    path_to_bbox_original: `bboxes/original/${name}.npy`,
    bbox_original: [18, 8, 34, 22],
    annotated_pixels: 121,
    predicted_pixels: 121,
    dice_score: 0.8181,
  };
}

describe('medsamRois', () => {
  let results: FolderStore;
  let out: FolderStore;
  const performance = (...bboxes: object[]) =>
    results.put('performance.json', utf8(JSON.stringify({ bboxes })));
  const run = (format: 'png' | 'svg' = 'png') =>
    medsamRois({ results, series, patients }, out, format, () => {});

  beforeEach(async () => {
    results = new FolderStore(temporaryFolder());
    out = new FolderStore(temporaryFolder());
    await performance(box('1.2.3', 'a'));
    await results.put(
      'original_size/1.2.3_slice4.png',
      grey((column) => column),
    );
    await results.put('gt_masks/a.png', grey(square(0)));
    await results.put('output_masks/a.png', grey(square(2)));
  });

  it('lists every box with its patient', async () => {
    await run();
    expect(await getText(out, 'medsam_rois.csv')).toBe(
      'uuid,patient_id,diagnosis,slice_idx,foreground_label,bbox_x0,bbox_y0,bbox_x1,bbox_y1,' +
        'annotated_pixels,predicted_pixels,dice_score\n1.2.3,7,lung cancer,4,2,18,8,34,22,121,121,0.8181\n',
    );
    expect(await keysOf(out, 'png/')).toEqual(['png/a_roi.png', 'png/a_slice.png']);
  });

  it('shows 140 x 140 pixels around the middle of the box, contours and box through pixel centres', async () => {
    await run();
    const { width, height, at } = await pixels(await out.get('png/a_roi.png'));
    expect([width, height]).toEqual([1120, 1120]);
    // column 26 and row 15 are the middle of the box
    const shown = (column: number, row: number) => at(560 + 8 * (column - 26), 560 + 8 * (row - 15));
    const [green, salmon, blue] = [
      [0, 255, 0],
      [255, 102, 102],
      [0, 0, 255],
    ];
    expect(shown(20, 15)).toEqual(green);
    expect(shown(32, 15)).toEqual(salmon);
    expect(shown(26, 8)).toEqual(blue);
    expect(shown(34, 15)).toEqual(blue);
    expect(shown(25, 15)).toEqual([25, 25, 25]);
    // where both run, the prediction lies on a wider line of the ground truth
    expect(shown(26, 10)).toEqual(salmon);
    expect(at(560, 520 + 3)).toEqual(green);
    // beyond the slice it is black
    expect(shown(-10, 15)).toEqual([0, 0, 0]);
  });

  it('draws a bar of 25 mm', async () => {
    await run();
    const { width, height, at } = await pixels(await out.get('png/a_roi.png'));
    const black = [...Array(width).keys()].filter((x) => at(x, height - 75).join() === '0,0,0');
    const white = [...Array(width).keys()].filter((x) => at(x, height - 75).join() === '255,255,255');
    const inside = black.filter((x) => x > white[0] && x < white[white.length - 1]);
    expect(inside.length).toBe((25 / 0.5) * 8);
  });

  it('gives masks of another size at the nearest pixel the same pictures', async () => {
    await run();
    const first = await out.get('png/a_slice.png');
    await results.put('gt_masks/a.png', grey(square(0), 3));
    await run();
    expect(await out.get('png/a_slice.png')).toEqual(first);
  });

  it('writes SVG with the slice embedded, the same bytes each time', async () => {
    await run('svg');
    const svg = await getText(out, 'svg/a_roi.svg');
    expect(svg).toMatch(
      /<image x="-?[\d.]+" y="-?[\d.]+" width="512" height="384" .*href="data:image\/png;base64,/,
    );
    expect(svg).toContain('stroke="#00ff00"');
    expect(svg).toContain('points="496,504 624,504 624,616 496,616 496,504"');
    await run('svg');
    expect(await getText(out, 'svg/a_roi.svg')).toBe(svg);
    const { at } = await pixels(await out.get('svg/a_roi.svg'));
    expect(at(560 - 8 * 6, 560)).toEqual([0, 255, 0]);
  });

  it('takes the names of a release, with the patient before the series', async () => {
    await performance(box('007_1.2.3', 'a'));
    await results.put('original_size/007_1.2.3_slice4.png', grey(square(0)));
    await run();
    expect(await getText(out, 'medsam_rois.csv')).toContain('\n1.2.3,7,lung cancer,');
  });

  it('draws the other boxes when a picture is missing, cut off or of another shape', async () => {
    await performance(...['missing', 'cut', 'a', 'wide'].map((name) => box('1.2.3', name)));
    const good = grey(square(0));
    for (const name of ['missing', 'cut', 'wide']) await results.put(`output_masks/${name}.png`, good);
    await results.put('gt_masks/cut.png', good.subarray(0, 50));
    await results.put('gt_masks/wide.png', png(new Uint8Array(40), 10, 4, 1));
    const { done, failed } = await run();
    expect(done).toEqual(['a']);
    expect(failed.map(({ name, code, message }) => [name, code, message])).toEqual([
      ['missing', 'STORE_MISSING', expect.stringContaining('gt_masks/missing.png')],
      ['cut', 'PICTURE_UNREADABLE', expect.stringContaining('damaged')],
      ['wide', 'PICTURE_UNREADABLE', expect.stringContaining('10 x 4')],
    ]);
  });

  it('names all unknown series, patients and repeated boxes before anything is written', async () => {
    await performance(box('9.9', 'a'), box('9.8', 'b'));
    await expect(run()).rejects.toMatchObject({ code: 'SERIES_UNKNOWN', keys: ['9.9', '9.8'] });
    await performance(box('1.2.3', 'a'), box('1.2.4', 'a'));
    await expect(run()).rejects.toMatchObject({ code: 'TABLE_UNREADABLE', keys: ['a'] });
    const orphaned = { results, series, patients: { ...patients, rows: [] } };
    await expect(medsamRois(orphaned, out, 'png', () => {})).rejects.toMatchObject({
      code: 'PATIENT_UNKNOWN',
      keys: ['1.2.3', '1.2.4'],
    });
    await performance(box('../1.2.3', 'a'));
    await expect(run()).rejects.toMatchObject({ code: 'TABLE_UNREADABLE' });
    expect(await keysOf(out, '')).toEqual([]);
  });
});
