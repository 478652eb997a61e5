import { convertSeries } from '../../dicom/series.ts';
import { outKeys } from '../layout.ts';
import { putVolume } from '../outputs.ts';
import type { SeriesStep } from '../step.ts';

/** DICOM files of one series -> `nifti/<subset>/images/<uuid>.nii.gz`. */
export const convert: SeriesStep = {
  name: 'convert',
  version: 1,
  after: [],
  dependsOn: ({ subset, dicom, slices, options }) => ({
    subset,
    dicom: dicom.map(({ key, etag }) => [key, etag]),
    slices,
    resample: options.resample,
  }),
  async run(task, _upstream, { raw, out, volumes, crew }) {
    const files = task.dicom.map(({ key }) => ({ key, read: () => raw.get(key) }));
    const { volume, report } = await convertSeries(files, {
      expectedSeriesUid: task.uuid,
      resample: task.options.resample,
      crew,
    });
    if (task.slices !== undefined && task.slices !== volume.shape[2]) {
      report.warnings.push(`series.json says ${task.slices} slices, the volume has ${volume.shape[2]}`);
    }
    const key = outKeys.nifti(task.subset, task.uuid);
    const output = await putVolume(out, key, volume, 'ct', crew);
    volumes.set(key, volume);
    return { outputs: [output], report: { ...report } };
  },
};
