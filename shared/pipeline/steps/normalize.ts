import { windowed } from '../../volume/windowing.ts';
import { outKeys } from '../layout.ts';
import { putVolume } from '../outputs.ts';
import type { SeriesStep } from '../step.ts';

/** CT -> `stats/<subset>/norm/<uuid>.nii.gz`: clipped to its window, scaled to uint8. */
export const normalize: SeriesStep = {
  name: 'normalize',
  version: 1,
  after: ['convert'],
  dependsOn: ({ window, options }, { convert }) => ({
    ct: convert?.outputs[0].sha256,
    window,
    scale: options.scale,
  }),
  async run({ subset, uuid, window, options }, _upstream, { out, volumes, crew }) {
    const ct = await volumes.get(out, outKeys.nifti(subset, uuid));
    const count = ct.voxels.length;
    const greys = crew ? new Uint8Array(crew.memory(count), 0, count) : new Uint8Array(count);
    const { volume, minHU, maxHU } = windowed(ct, window, options.scale, greys);
    const output = await putVolume(out, outKeys.normalized(subset, uuid), volume, 'windowed', crew);
    return { outputs: [output], report: { window, scale: options.scale, minHU, maxHU } };
  },
};
