import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measurementAgreement } from '../../shared/recist/agreement.ts';
import { agreementReport } from '../../shared/recist/agreement-report.ts';
import { fProbability, fQuantile, tQuantileTwoSided } from '../../shared/recist/distributions.ts';
import { parseCsv } from '../../shared/tables/csv.ts';

const pairsOf = (manual: number[], computed: number[], lesionClass = 'm') =>
  manual.map((manualMm, i) => ({
    filename: 'a.nii.gz',
    labelValue: String(i + 1),
    lesionClass,
    manualMm,
    computedMm: computed[i],
  }));

const allOf = (manual: number[], computed: number[]) => {
  const all = measurementAgreement(pairsOf(manual, computed)).at(-1);
  if (!all) throw new Error('no agreement');
  return all;
};

// expected values: pingouin 0.7.0 (intraclass_corr), numpy and scipy 1.17, on the same numbers
describe('agreement of two measurements', () => {
  it('equals pingouin, numpy and scipy', () => {
    const manual = [80, 64, 25, 62, 62, 69, 45, 64, 32, 52, 20, 156, 116, 13, 43, 11, 28, 25];
    const computed = [
      83.1, 60.2, 27.9, 65.5, 58.8, 71.2, 47.7, 60.1, 30.3, 57.5, 22.4, 150.9, 120.3, 15.2, 41.1, 12.9, 30.6,
      24.4,
    ];
    const all = allOf(manual, computed);
    expect(all.biasMm).toBeCloseTo(0.727777777777778, 12);
    expect(all.sdMm).toBeCloseTo(3.211524387092348, 12);
    expect(all.biasInterval?.low).toBeCloseTo(-0.8692757273776831, 10);
    expect(all.biasInterval?.high).toBeCloseTo(2.324831282933239, 10);
    expect(all.lowerLimit?.value).toBeCloseTo(-5.566810020923224, 10);
    expect(all.lowerLimit?.low).toBeCloseTo(-5.566810020923224 - 2.766177813335222, 10);
    expect(all.icc21?.value).toBeCloseTo(0.996158, 6);
    expect(all.icc31?.value).toBeCloseTo(0.996142, 6);
    expect(all.pearson).toBeCloseTo(0.9963715460801138, 12);
    expect(all.ccc).toBeCloseTo(0.9959326832344134, 12);
  });

  it('equals pingouin where absolute agreement is far worse than consistency', () => {
    const all = allOf([9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2]);
    expect(all.icc21?.value).toBeCloseTo(0.125654, 6);
    expect(all.icc31?.value).toBeCloseTo(0.745342, 6);
    expect([all.icc21?.low, all.icc21?.high].map((value) => value?.toFixed(2))).toEqual(['-0.02', '0.60']);
    expect([all.icc31?.low, all.icc31?.high].map((value) => value?.toFixed(2))).toEqual(['-0.02', '0.96']);
  });

  it('equals a calculation by hand', () => {
    // subjects 1.5, 3.5, 5.5, raters 10/3 and 11/3, grand mean 3.5
    const all = allOf([1, 3, 6], [2, 4, 5]);
    // total 17.5, between 16, raters 1/6, so EMS (17.5 - 16 - 1/6) / 2 = 2/3, BMS 8, JMS 1/6
    expect(all.icc31?.value).toBeCloseTo((8 - 2 / 3) / (8 + 2 / 3), 12);
    expect(all.icc21?.value).toBeCloseTo((8 - 2 / 3) / (8 + 2 / 3 + (2 * (1 / 6 - 2 / 3)) / 3), 12);
  });

  it('gives each class that has pairs, then all', () => {
    const pairs = [
      ...pairsOf([20, 30], [21, 29], 'n'),
      ...pairsOf([50, 60], [50, 61], 'm'),
      ...pairsOf([9], [9.5], 't'),
    ];
    expect(measurementAgreement(pairs).map(({ group, pairs: count }) => `${group} ${count}`)).toEqual([
      'm 2',
      'n 2',
      't 1',
      'all 5',
    ]);
  });

  it('leaves out what too few pairs, or equal ones, cannot tell', () => {
    const one = allOf([20], [21]);
    expect(one).toMatchObject({
      biasMm: 1,
      sdMm: undefined,
      icc21: undefined,
      pearson: undefined,
      ccc: undefined,
    });
    const equal = allOf([20, 30], [20, 30]);
    expect(equal).toMatchObject({ biasMm: 0, sdMm: 0, icc31: undefined, ccc: 1 });
    expect(measurementAgreement([])).toEqual([]);
  });
});

describe('distributions', () => {
  it.each([
    [0.975, 17, 17, 2.6733003798548585],
    [0.975, 5, 1.7, 67.05069467087957],
    [0.95, 1, 4, 7.708647422176786],
    [0.975, 300, 2.25, 27.848197380438833],
    [0.5, 3, 7, 0.870944253187285],
    [0.975, 1, 1, 647.7890114778442],
  ])('quantile %f of F(%f, %f), as scipy', (p, d1, d2, expected) => {
    expect(fQuantile(p, d1, d2) / expected).toBeCloseTo(1, 10);
  });

  it.each([
    [0.5, 3, 4, 0.29780227093247486],
    [2.7, 10, 1.3, 0.6114437326095908],
    [1, 200, 300, 0.50343561029854],
  ])('probability below %f of F(%f, %f), as scipy', (x, d1, d2, expected) => {
    expect(fProbability(x, d1, d2)).toBeCloseTo(expected, 12);
  });

  it('gives the quantiles of t', () => {
    expect(tQuantileTwoSided(0.95, 4)).toBeCloseTo(2.7764451051977934, 10);
    expect(tQuantileTwoSided(0.95, 200)).toBeCloseTo(1.9718962236339088, 10);
  });
});

const RECIST = {
  key: 'recist.csv',
  text: 'filename,lesion_label_value,recist_measurement_mm\na.nii.gz,1,20\na.nii.gz,2,15\na.nii.gz,3,\nb.nii.gz,9,40\n',
};
const rows = ({ key, text }: { key: string; text: string }) => parseCsv(text, key, []).rows;
const FEATURES = {
  key: 'features.csv',
  text: 'filename,label_value,label_description,major_axis_mm,minor_axis_mm\na.nii.gz,1,"m,liver",21,12\na.nii.gz,2,"n,axillary",30,14.5\na.nii.gz,3,"m,liver",9,8\n',
};

describe('report', () => {
  it('joins by file and label; nodes by their minor axis, others by their major', async () => {
    const files = await agreementReport(rows(RECIST), [rows(FEATURES)]);
    expect(Object.keys(files)).toEqual([
      'measurement_agreement.csv',
      'measurement_agreement.json',
      'measurement_agreement.svg',
    ]);
    const { pairs, unmatched } = JSON.parse(files['measurement_agreement.json']);
    expect(pairs).toEqual([
      { filename: 'a.nii.gz', labelValue: '1', lesionClass: 'm', manualMm: 20, computedMm: 21 },
      { filename: 'a.nii.gz', labelValue: '2', lesionClass: 'n', manualMm: 15, computedMm: 14.5 },
    ]);
    expect(unmatched).toBe(2);
    expect(files['measurement_agreement.svg'].match(/<circle/g)).toHaveLength(2 + 2);
    expect(await agreementReport(rows(RECIST), [rows(FEATURES)])).toEqual(files);
  });

  it('is not broken by a table without a pair', async () => {
    const files = await agreementReport([], [rows(FEATURES)]);
    expect(parseCsv(files['measurement_agreement.csv'], 'a', []).rows).toEqual([]);
    expect(files['measurement_agreement.svg']).toContain('no lesion was measured');
  });

  const golden = new URL('../../../shared/golden/', import.meta.url);
  it.skipIf(!existsSync(golden))(
    'finds the axes of the reference within 0.6 mm of the manual ones',
    async () => {
      const table = (key: string) => rows({ key, text: readFileSync(new URL(key, golden), 'utf8') });
      const files = await agreementReport(
        table('final/recist_measurements.csv'),
        ['train', 'test'].map((subset) => table(`stats/${subset}/lesions_features.csv`)),
      );
      const groups = parseCsv(files['measurement_agreement.csv'], 'a', []).rows;
      expect(groups.map(({ group, pairs }) => `${group} ${pairs}`)).toEqual(['m 12', 'n 5', 't 1', 'all 18']);
      expect(Number(groups[3].lower_limit_mm)).toBeGreaterThan(-0.6);
      expect(Number(groups[3].upper_limit_mm)).toBeLessThan(0.6);
      expect(Number(groups[3].icc_2_1)).toBeGreaterThan(0.9999);
    },
  );
});
