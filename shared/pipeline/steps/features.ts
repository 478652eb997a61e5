import { featuresOf } from '../../lesions/features.ts';
import { outKeys } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output, SeriesStep } from '../step.ts';

/** CT and lesion instances -> the rows of lesions_features.csv. */
export const features: SeriesStep = {
  name: 'features',
  version: 1,
  after: ['convert', 'instances'],
  dependsOn: ({ options, window }, { convert, instances }) => ({
    ct: convert?.outputs[0].sha256,
    instances: instances?.outputs.slice(0, 2).map(({ sha256 }) => sha256),
    method: options.method,
    unconnectedStrategy: options.unconnectedStrategy,
    // pictures that nobody asked for leave the fingerprints as they were
    ...(options.saveAxes ? { saveAxes: true, window } : {}),
  }),
  async run({ uuid, subset, window, options }, { instances }, { out, volumes }) {
    const ct = await volumes.get(out, outKeys.nifti(subset, uuid));
    const mask = await volumes.get(out, outKeys.mask(subset, uuid));
    const labels = instances!.report.labels as Record<string, string>;
    const { rows, axes, warnings } = featuresOf(ct, mask, labels, options);
    const filename = `${uuid}.nii.gz`;
    const outputs: Output[] = [];
    if (options.saveAxes) {
      const { axesPicture } = await import('../../pictures/axes-picture.ts');
      for (const lesion of axes) {
        const key = `stats/${subset}/axes/${uuid}_label_${lesion.label}.png`;
        outputs.push(await putOutput(out, key, axesPicture(ct, mask, lesion, window)));
      }
    }
    return { outputs, report: { rows: rows.map((row) => ({ filename, ...row })), axes, warnings } };
  },
};
