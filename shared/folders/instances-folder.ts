import { DatasetError } from '../errors.ts';
import { type AcceptOptions, instancesOf, type LesionObject } from '../lesions/instances.ts';
import { lesionTranslator } from '../lesions/vocabulary.ts';
import { readNifti } from '../nifti/read.ts';
import { MASKS_COLUMNS, OBJECTS_COLUMNS } from '../pipeline/finalise/tables.ts';
import { putVolume } from '../pipeline/outputs.ts';
import type { Failure } from '../pipeline/step.ts';
import { instanceReport, Labels, named } from '../pipeline/steps/instances.ts';
import { getJson, jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import { type FolderOutcome, forEach, namesIn } from './each-file.ts';

/** Drawn masks and labels -> `masks/`, `labels/` and the two tables of lesions. */
export async function instancesFolder(
  masks: Store,
  labels: Store,
  out: Store,
  options: AcceptOptions & { saveNonAccepted: boolean },
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const [withMask, withLabels] = [await namesIn(masks, '.nii.gz'), await namesIn(labels, '.json')];
  const summaries: Record<string, unknown>[] = [];
  const objects: LesionObject[] = [];
  const split = async (name: string) => {
    const [filename, labelsFile] = [`${name}.nii.gz`, `${name}.json`];
    if (!withMask.includes(name))
      throw new DatasetError('MASK_MISSING', `${labelsFile} has no mask ${filename}`);
    if (!withLabels.includes(name))
      throw new DatasetError('LABELS_MISSING', `${filename} has no labels ${labelsFile}`);
    const drawn = readNifti(await masks.get(filename), filename);
    const descriptions = await getJson(labels, labelsFile, Labels, 'LABELS_UNREADABLE');
    const found = named([labelsFile, filename], () =>
      instancesOf(drawn, descriptions, options, lesionTranslator()),
    );
    await putVolume(out, `masks/${filename}`, found.mask, 'mask');
    await out.put(`labels/${labelsFile}`, utf8(jsonText(found.labels)));
    if (options.saveNonAccepted)
      await putVolume(out, `non-accepted-objects/${filename}`, found.rejected(), 'mask');
    const report = instanceReport(found, filename, filename);
    summaries.push(report.summary);
    objects.push(...report.objects);
  };
  const outcome = await forEach([...new Set([...withMask, ...withLabels])].sort(), split, onDone);
  const table = (columns: string[], rows: object[]) =>
    utf8(csvHeader(columns) + csvRows(columns, rows as Record<string, unknown>[]));
  await out.put('masks_results.csv', table(MASKS_COLUMNS, summaries));
  await out.put('objects_results.csv', table(OBJECTS_COLUMNS, objects));
  return outcome;
}
