import * as z from 'zod/mini';
import { DatasetError } from '../../errors.ts';
import { type Instances, instancesOf } from '../../lesions/instances.ts';
import { lesionTranslator } from '../../lesions/vocabulary.ts';
import { readNifti } from '../../nifti/read.ts';
import { getJson, jsonText, utf8 } from '../../store/json.ts';
import { geometryDifference } from '../../volume/geometry.ts';
import { outKeys } from '../layout.ts';
import { putOutput, putVolume } from '../outputs.ts';
import type { SeriesStep } from '../step.ts';

export const Labels = z.record(z.string(), z.string());

/** Drawn mask and labels -> `final/images/<subset>/{masks,labels}/<uuid>`, and the rows of the lesion tables. */
export const instances: SeriesStep = {
  name: 'instances',
  version: 1,
  after: ['convert'],
  dependsOn: ({ subset, mask, labels, vocabulary, options }, { convert }) => {
    const { minSize, minSizeUnits, minSlices, saveNonAccepted } = options;
    const accept = [minSize, minSizeUnits, minSlices, saveNonAccepted];
    return {
      ct: convert?.outputs[0].sha256,
      subset,
      mask: mask?.etag,
      labels: labels?.etag,
      vocabulary,
      accept,
    };
  },
  async run({ uuid, subset, mask, labels, vocabulary, options }, _upstream, { raw, out, volumes }) {
    const maskKey = mask!.key;
    const labelsKey = labels!.key;
    const descriptions = await getJson(raw, labelsKey, Labels, 'LABELS_UNREADABLE');
    const drawn = readNifti(await raw.get(maskKey), maskKey);
    const difference = geometryDifference(await volumes.get(out, outKeys.nifti(subset, uuid)), drawn);
    if (difference) {
      const message = `${maskKey} was not drawn on this CT: CT and mask have ${difference}`;
      throw new DatasetError('GEOMETRY_MISMATCH', message, { keys: [maskKey] });
    }
    const found = named([labelsKey, maskKey], () =>
      instancesOf(drawn, descriptions, options, lesionTranslator(vocabulary)),
    );
    const outputs = [
      await putVolume(out, outKeys.mask(subset, uuid), found.mask, 'mask'),
      await putOutput(out, outKeys.labels(subset, uuid), utf8(jsonText(found.labels))),
    ];
    if (options.saveNonAccepted) {
      outputs.push(await putVolume(out, outKeys.nonAccepted(subset, uuid), found.rejected(), 'mask'));
    }
    volumes.set(outKeys.mask(subset, uuid), found.mask);
    return { outputs, report: instanceReport(found, maskKey, `${uuid}.nii.gz`) };
  },
};

/** The rows of masks_results.csv and objects_results.csv, and what a person should know. */
export function instanceReport(
  { objects, labels, unlabelled }: Instances,
  maskKey: string,
  filename: string,
) {
  const removed = objects.filter((object) => object.removed).length;
  const warnings = Object.entries(unlabelled).map(
    ([value, count]) =>
      `${count} voxels have the value ${value}, which the labels do not name: taken as background`,
  );
  const file = { path_to_mask: maskKey, filename };
  return {
    summary: {
      ...file,
      raw_3d_objects: objects.length,
      removed_3d_objects: removed,
      final_3d_objects: objects.length - removed,
    },
    objects: objects.map((object) => ({ ...file, ...object })),
    labels,
    warnings,
  };
}

/** Puts the names of the files into a failure of a function that knows only their content. */
export function named<T>(keys: string[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DatasetError) || error.keys.length) throw error;
    throw new DatasetError(error.code, `${keys[0]}: ${error.message}`, { keys, cause: error });
  }
}
