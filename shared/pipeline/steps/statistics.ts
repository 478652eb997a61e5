import { NIFTI1 } from 'nifti-reader-js';
import { headerFields } from '../../nifti/header-fields.ts';
import { niftiHeader } from '../../nifti/write.ts';
import { densitiesOf, statisticsOf } from '../../volume/statistics.ts';
import type { Volume } from '../../volume/volume.ts';
import { outKeys } from '../layout.ts';
import type { SeriesStep } from '../step.ts';

/** CT -> the rows of stats.csv, resolution.csv, metadata.json and densities.json. */
export const statistics: SeriesStep = {
  name: 'statistics',
  version: 1,
  after: ['convert'],
  dependsOn: (_task, { convert }) => ({ ct: convert?.outputs[0].sha256 }),
  async run({ subset, uuid }, _upstream, { out, volumes }) {
    const ct = await volumes.get(out, outKeys.nifti(subset, uuid));
    return { outputs: [], report: { ...seriesStatistics(ct, `${uuid}.nii.gz`) } };
  },
};

export interface SeriesStatistics {
  stats: Record<string, string | number>;
  resolution: Record<string, string | number>;
  header: Record<string, string>;
  density: number[];
}

/** Everything the tables of `stats/` say of one CT; `rows` is dim 2 and `columns` dim 1. */
export function seriesStatistics(ct: Volume, filename: string): SeriesStatistics {
  const [columns, rows, slices] = ct.shape;
  const [column_spacing_mm, row_spacing_mm, slice_spacing_mm] = ct.spacingMm.map(Math.fround);
  return {
    stats: { filename, slices, rows, columns, ...statisticsOf(ct) },
    resolution: { filename, rows, columns, slices, row_spacing_mm, column_spacing_mm, slice_spacing_mm },
    header: { filename, ...headerFields(headerOf(ct)) },
    density: densitiesOf(ct),
  };
}

/** The header the CT's file has, made from its grid alone so that it is there before the file is. */
function headerOf(ct: Volume): NIFTI1 {
  const header = new NIFTI1();
  header.readHeader(niftiHeader(ct, 'ct').buffer as ArrayBuffer);
  return header;
}
