import { fQuantile, tQuantileTwoSided } from './distributions.ts';

/** One lesion measured twice. */
export interface MeasurementPair {
  filename: string;
  labelValue: string;
  /** `m` metastasis, `n` lymph node, `t` primary tumour. */
  lesionClass: string;
  /** By hand, the RECIST measurement, mm. */
  manualMm: number;
  /** Computed from the mask, mm: the major axis, or the minor axis of a lymph node. */
  computedMm: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** An estimate with its 95 % confidence interval; undefined where there are too few pairs, or none vary. */
export interface Estimate extends Interval {
  value: number;
}

/** How well computed and manual measurements agree; every difference is computed minus manual, mm. */
export interface Agreement {
  /** A lesion class, or `all`. */
  group: string;
  pairs: number;
  meanManualMm: number;
  meanComputedMm: number;
  /** Mean difference. */
  biasMm: number;
  biasInterval: Interval | undefined;
  /** Standard deviation of the differences, n - 1. */
  sdMm: number | undefined;
  lowerLimit: Estimate | undefined;
  upperLimit: Estimate | undefined;
  meanAbsoluteMm: number;
  icc21: Estimate | undefined;
  icc31: Estimate | undefined;
  pearson: number | undefined;
  ccc: number | undefined;
}

/** Where the figures of an agreement come from. */
export const AGREEMENT_SOURCES = {
  bias: 'mean of the differences; 95 % interval bias +- t sd / sqrt(n): Bland & Altman, Lancet 1986;1:307-310',
  limits:
    'limits of agreement, bias +- 1.96 sd; 95 % interval of each +- t sqrt(3 sd^2 / n): Bland & Altman, Lancet 1986;1:307-310',
  icc21:
    'ICC(2,1) = (BMS - EMS) / (BMS + EMS + 2 (JMS - EMS) / n), absolute agreement: Shrout & Fleiss, Psychol Bull 1979;86:420-428; ICC(A,1) of McGraw & Wong, Psychol Methods 1996;1:30-46',
  icc31:
    'ICC(3,1) = (BMS - EMS) / (BMS + EMS), consistency: Shrout & Fleiss 1979; ICC(C,1) of McGraw & Wong 1996',
  ccc: 'concordance 2 sxy / (sx^2 + sy^2 + (mx - my)^2), variances over n: Lin, Biometrics 1989;45:255-268',
  pearson: 'product-moment correlation',
} as const;

const CLASS_ORDER = ['m', 'n', 't'];
const LIMITS_SD = 1.96;

/** The agreement of each lesion class that has pairs, and of all. */
export function measurementAgreement(pairs: MeasurementPair[]): Agreement[] {
  const classes = [...new Set(pairs.map(({ lesionClass }) => lesionClass))].sort(
    (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  const groups = classes.map((name) =>
    agreementOf(
      name,
      pairs.filter(({ lesionClass }) => lesionClass === name),
    ),
  );
  return pairs.length ? [...groups, agreementOf('all', pairs)] : [];
}

function rank(lesionClass: string): number {
  const index = CLASS_ORDER.indexOf(lesionClass);
  return index < 0 ? CLASS_ORDER.length : index;
}

function agreementOf(group: string, pairs: MeasurementPair[]): Agreement {
  const n = pairs.length;
  const manual = pairs.map(({ manualMm }) => manualMm);
  const computed = pairs.map(({ computedMm }) => computedMm);
  const differences = pairs.map(({ manualMm, computedMm }) => computedMm - manualMm);
  const bias = mean(differences);
  const [meanManual, meanComputed] = [mean(manual), mean(computed)];
  const squares = (values: number[], center: number) => sum(values.map((value) => (value - center) ** 2));
  const sxx = squares(manual, meanManual);
  const syy = squares(computed, meanComputed);
  const sxy = sum(manual.map((value, i) => (value - meanManual) * (computed[i] - meanComputed)));
  const sd = n > 1 ? Math.sqrt(squares(differences, bias) / (n - 1)) : undefined;
  const t = n > 1 ? tQuantileTwoSided(0.95, n - 1) : 0;
  const limit = (side: number): Estimate | undefined => {
    if (sd === undefined) return undefined;
    const value = bias + side * LIMITS_SD * sd;
    const margin = t * Math.sqrt((3 * sd * sd) / n);
    return { value, low: value - margin, high: value + margin };
  };
  const spread = sxx + syy + n * (meanManual - meanComputed) ** 2;
  return {
    group,
    pairs: n,
    meanManualMm: meanManual,
    meanComputedMm: meanComputed,
    biasMm: bias,
    biasInterval:
      sd === undefined
        ? undefined
        : { low: bias - (t * sd) / Math.sqrt(n), high: bias + (t * sd) / Math.sqrt(n) },
    sdMm: sd,
    lowerLimit: limit(-1),
    upperLimit: limit(1),
    meanAbsoluteMm: mean(differences.map(Math.abs)),
    ...intraclass(manual, computed),
    pearson: sxx > 0 && syy > 0 ? sxy / Math.sqrt(sxx * syy) : undefined,
    ccc: n > 1 && spread > 0 ? (2 * sxy) / spread : undefined,
  };
}

/** ICC(2,1) and ICC(3,1) of two raters from the two-way analysis of variance, with 95 % intervals. */
function intraclass(a: number[], b: number[]): Pick<Agreement, 'icc21' | 'icc31'> {
  const n = a.length;
  const subjects = a.map((value, i) => (value + b[i]) / 2);
  const grand = mean(subjects);
  const between = 2 * sum(subjects.map((value) => (value - grand) ** 2));
  const raters = n * ((mean(a) - grand) ** 2 + (mean(b) - grand) ** 2);
  const total = sum([...a, ...b].map((value) => (value - grand) ** 2));
  const bms = between / (n - 1);
  const jms = raters;
  const ems = (total - between - raters) / (n - 1);
  // no error to compare with, or only rounding: no estimate
  if (n < 2 || !(ems > 1e-12 * total)) return { icc21: undefined, icc31: undefined };

  const f = bms / ems;
  const critical = fQuantile(0.975, n - 1, n - 1);
  const consistency = (ratio: number) => (ratio - 1) / (ratio + 1);
  const icc31 = { value: consistency(f), low: consistency(f / critical), high: consistency(f * critical) };

  const value = (bms - ems) / (bms + ems + (2 * (jms - ems)) / n);
  // Satterthwaite's degrees of freedom, as Shrout & Fleiss give them for k = 2 raters
  const fj = jms / ems;
  const weight = n * (1 + value) - 2 * value;
  const degrees =
    ((n - 1) * (2 * value * fj + weight) ** 2) / ((n - 1) * 4 * value ** 2 * fj ** 2 + weight ** 2);
  const raterError = 2 * jms + (n - 2) * ems;
  const upper = fQuantile(0.975, n - 1, degrees);
  const lower = fQuantile(0.975, degrees, n - 1);
  const icc21 = {
    value,
    low: (n * (bms - upper * ems)) / (upper * raterError + n * bms),
    high: (n * (lower * bms - ems)) / (raterError + n * lower * bms),
  };
  return { icc21, icc31 };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: number[]): number {
  return sum(values) / values.length;
}
