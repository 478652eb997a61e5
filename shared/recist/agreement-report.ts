import { csvHeader, csvRows } from '../tables/csv.ts';
import {
  AGREEMENT_SOURCES,
  type Agreement,
  type MeasurementPair,
  measurementAgreement,
} from './agreement.ts';
import { agreementPlot } from './agreement-plot.ts';
import { lesionKey } from './measurements-csv.ts';

/** A table as text and where it came from, for messages. */
export interface TableText {
  key: string;
  text: string;
}

/** Rows of a table, which need not be held at once. */
export type Rows = Iterable<Record<string, string>> | AsyncIterable<Record<string, string>>;

/** Columns that the agreement is made from. */
export const PUBLISHED_RECIST_COLUMNS = ['filename', 'lesion_label_value', 'recist_measurement_mm'];
export const FEATURES_COLUMNS = [
  'filename',
  'label_value',
  'label_description',
  'major_axis_mm',
  'minor_axis_mm',
];

/**
 * How far the axes computed from the masks agree with the RECIST measurements made by hand: name to text of
 * `measurement_agreement.csv`, `.json` and `.svg`. Lesions are joined by file name and label value. Lymph nodes
 * (class `n`) compare by their minor axis, all others by their major axis, as RECIST measures them.
 * @param recist `recist_measurements.csv`
 * @param features `lesions_features.csv` of every subset
 */
export async function agreementReport(recist: Rows, features: Rows[]): Promise<Record<string, string>> {
  const { pairs, unmatched } = await joinMeasurements(recist, features);
  const agreements = measurementAgreement(pairs);
  const value = { sources: AGREEMENT_SOURCES, agreements, unmatched, pairs };
  return {
    'measurement_agreement.csv': agreementCsv(agreements),
    'measurement_agreement.json': `${JSON.stringify(value, null, 4)}\n`,
    'measurement_agreement.svg': agreementPlot(pairs, agreements),
  };
}

/** The lesions measured both ways, in the order of the RECIST table, and how many of its rows have no features. */
async function joinMeasurements(
  recist: Rows,
  features: Rows[],
): Promise<{ pairs: MeasurementPair[]; unmatched: number }> {
  const computed = new Map<string, Pick<MeasurementPair, 'lesionClass' | 'computedMm'>>();
  for (const rows of features) {
    for await (const row of rows) {
      const lesionClass = row.label_description.split(',')[0].trim();
      const computedMm = Number(lesionClass === 'n' ? row.minor_axis_mm : row.major_axis_mm);
      computed.set(lesionKey(row.filename, row.label_value), { lesionClass, computedMm });
    }
  }
  const pairs: MeasurementPair[] = [];
  let unmatched = 0;
  for await (const { filename, lesion_label_value: labelValue, recist_measurement_mm: measured } of recist) {
    const found = computed.get(lesionKey(filename, labelValue));
    const manualMm = measured.trim() === '' ? Number.NaN : Number(measured);
    if (!found || !Number.isFinite(manualMm) || !Number.isFinite(found.computedMm)) unmatched++;
    else
      pairs.push({
        filename,
        labelValue,
        lesionClass: found.lesionClass,
        manualMm,
        computedMm: found.computedMm,
      });
  }
  return { pairs, unmatched };
}

const COLUMNS = [
  'group',
  'pairs',
  'mean_manual_mm',
  'mean_computed_mm',
  'bias_mm',
  'bias_low_mm',
  'bias_high_mm',
  'sd_mm',
  'lower_limit_mm',
  'lower_limit_low_mm',
  'lower_limit_high_mm',
  'upper_limit_mm',
  'upper_limit_low_mm',
  'upper_limit_high_mm',
  'mean_absolute_mm',
  'icc_2_1',
  'icc_2_1_low',
  'icc_2_1_high',
  'icc_3_1',
  'icc_3_1_low',
  'icc_3_1_high',
  'pearson',
  'ccc',
];

function agreementCsv(agreements: Agreement[]): string {
  const rows = agreements.map((of) => [
    of.group,
    of.pairs,
    of.meanManualMm,
    of.meanComputedMm,
    of.biasMm,
    of.biasInterval?.low,
    of.biasInterval?.high,
    of.sdMm,
    of.lowerLimit?.value,
    of.lowerLimit?.low,
    of.lowerLimit?.high,
    of.upperLimit?.value,
    of.upperLimit?.low,
    of.upperLimit?.high,
    of.meanAbsoluteMm,
    of.icc21?.value,
    of.icc21?.low,
    of.icc21?.high,
    of.icc31?.value,
    of.icc31?.low,
    of.icc31?.high,
    of.pearson,
    of.ccc,
  ]);
  const records = rows.map((cells) => Object.fromEntries(COLUMNS.map((name, c) => [name, cells[c]])));
  return csvHeader(COLUMNS) + csvRows(COLUMNS, records);
}
