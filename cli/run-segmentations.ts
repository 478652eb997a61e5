import { DatasetError } from '../shared/errors.ts';
import { type Converted, convertSegmentations, type Files } from '../shared/segmentations/convert.ts';
import { LabelMap } from '../shared/segmentations/mask.ts';
import { getJson } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';
import type { SegmentationsArguments } from './segmentations.ts';

/** Converts every segmentation and prints what each mask holds. */
export async function runSegmentations(
  input: string,
  out: string,
  { ct, suffix, threshold, labels }: SegmentationsArguments,
): Promise<number> {
  const [segmentations, cts, store] = await Promise.all([filesAt(input), filesAt(ct), openStore(out)]);
  const labelMap = labels === undefined ? {} : await readLabelMap(labels);
  let written = 0;
  let failed = 0;
  for await (const result of convertSegmentations(segmentations, cts, store, {
    suffix,
    threshold,
    labelMap,
  })) {
    if (result.error) failed++;
    else written++;
    process.stdout.write(describe(result));
  }
  process.stdout.write(
    `${counted(written, 'mask')} in ${out}${failed ? `; ${counted(failed, 'segmentation')} failed` : ''}\n`,
  );
  if (written === 0) return EXIT.failed;
  return failed ? EXIT.quarantined : EXIT.done;
}

function describe({ key, mask, report, warnings, error }: Converted): string {
  if (error || !report) return `${key}: ${error?.code}: ${error?.message}\n`;
  const lines = [`${key} (${report.format}) -> ${mask}`];
  for (const { value, description, voxels, volumeMl, name } of report.segments) {
    const what = description === name || description === undefined ? name : `${name} = ${description}`;
    lines.push(`  ${value ?? '-'}  ${what}  ${counted(voxels, 'voxel')}, ${volumeMl.toFixed(2)} ml`);
  }
  for (const { kept, covered, voxels } of report.overlaps) {
    lines.push(`  overlap: ${counted(voxels, 'voxel')} of ${covered} went to ${kept}`);
  }
  for (const what of [...warnings, ...report.ignored]) lines.push(`  note: ${what}`);
  return `${lines.join('\n')}\n`;
}

async function readLabelMap(path: string): Promise<LabelMap> {
  const { store, keys } = await filesAt(path);
  return getJson(store, keys[0], LabelMap, 'LABELS_UNREADABLE');
}

/** All files below a folder, or the one file at a path. */
async function filesAt(path: string): Promise<Files> {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (name !== '') {
    const parent = await openStore(slash < 0 ? '.' : path.slice(0, slash) || '/');
    if (await parent.head(name)) return { store: parent, keys: [name] };
  }
  const store = await openStore(path);
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  if (keys.length === 0)
    throw new DatasetError('STORE_MISSING', `there is no file at ${path}`, { keys: [path] });
  return { store, keys };
}
