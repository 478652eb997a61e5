import type { PatientAssessment } from './assessment.ts';
import { type Finding, findingOf, type PatientCase } from './case.ts';
import type { StudyDate } from './study-date.ts';
import type { TimePointAssessment } from './time-points.ts';

/**
 * The answers of pyrecist 0.1.0 (MIT), of the same author as the dataset this project starts from, for users
 * who have to reproduce them. Checked against the package itself; its rules are those of PYRECIST_DIFFERENCES.
 */
export type PyrecistClass = 'SD' | 'PR' | 'PD';

/** One follow-up as pyrecist's own output has it; after PD there is no classification. */
export interface PyrecistRow {
  patient_id: string;
  current_date: string;
  baseline_date: string;
  nadir_date: string;
  current_burden: number;
  baseline_burden: number;
  min_burden: number;
  burden_difference_from_baseline: number;
  burden_percentual_variation_from_baseline: number;
  burden_difference_from_nadir: number;
  burden_percentual_variation_from_nadir: number;
  classification: PyrecistClass | '';
}

export const PYRECIST_COLUMNS: (keyof PyrecistRow)[] = [
  'patient_id',
  'current_date',
  'baseline_date',
  'nadir_date',
  'current_burden',
  'baseline_burden',
  'min_burden',
  'burden_difference_from_baseline',
  'burden_percentual_variation_from_baseline',
  'burden_difference_from_nadir',
  'burden_percentual_variation_from_nadir',
  'classification',
];

/** Where pyrecist departs from RECIST 1.1. */
export const PYRECIST_DIFFERENCES = {
  missing: 'a missing lesion counts as 0 mm; RECIST 1.1: not evaluable (section 4.4.2)',
  allSummed:
    'every measurement is summed, of non-targets and new lesions too; RECIST 1.1: targets only (section 4.2)',
  tooSmall: 'a lesion too small to measure counts as 0 mm; RECIST 1.1: 5 mm (section 4.3.2)',
  noCr: 'there is no CR; RECIST 1.1: CR when the targets have disappeared and nodes are below 10 mm (section 4.3.1)',
  carriedPr: 'once PR, always PR until PD; RECIST 1.1: every time point by itself (section 4.3.1, Table 1)',
  targetsOnly: 'non-targets, new lesions and relapse after CR are not judged; RECIST 1.1: Tables 1 to 3',
  rounding: 'thresholds are compared in floating point, which can miss them by 1e-15; here they are exact',
  stops:
    'nothing is classified after PD; RECIST 1.1: the time point still has a response, which no longer counts',
} as const;

export type PyrecistDifference = keyof typeof PYRECIST_DIFFERENCES;

/** pyrecist's table of a patient; empty without a follow-up. */
export function pyrecistRows(patient: PatientCase): PyrecistRow[] {
  const burdens = patient.timePoints.map((timePoint) => ({
    date: timePoint.date,
    mm: burdenMm(patient, timePoint),
  }));
  const baseline = burdens[0];
  let nadir: { date: StudyDate; mm: number } = baseline;
  let reached: PyrecistClass = 'SD';
  return burdens.slice(1).map((current): PyrecistRow => {
    const fromBaseline = (100 * (current.mm - baseline.mm)) / baseline.mm;
    const fromNadir = (100 * (current.mm - nadir.mm)) / nadir.mm;
    const stopped = reached === 'PD';
    if (fromNadir >= 20 && current.mm - nadir.mm >= 5) reached = 'PD';
    else if (!stopped && fromBaseline <= -30) reached = 'PR';
    const row: PyrecistRow = {
      patient_id: patient.patientId,
      current_date: current.date.text,
      baseline_date: baseline.date.text,
      nadir_date: nadir.date.text,
      current_burden: current.mm,
      baseline_burden: baseline.mm,
      min_burden: nadir.mm,
      burden_difference_from_baseline: current.mm - baseline.mm,
      burden_percentual_variation_from_baseline: fromBaseline,
      burden_difference_from_nadir: current.mm - nadir.mm,
      burden_percentual_variation_from_nadir: fromNadir,
      classification: stopped ? '' : reached,
    };
    if (current.mm < nadir.mm) nadir = current;
    return row;
  });
}

/** Which of pyrecist's rules make its answer at a follow-up another one than ours; empty where both agree. */
export function pyrecistDifferences(
  assessment: PatientAssessment,
  followUp: TimePointAssessment,
  row: PyrecistRow,
): PyrecistDifference[] {
  if (row.classification === followUp.overall) return [];
  if (row.classification === '') return ['stops'];
  const { lesions, timePoints } = assessment.patient;
  // a sum that differed at an earlier time point can still be the smallest, or the baseline
  const upToHere = timePoints.slice(0, timePoints.indexOf(followUp.timePoint) + 1);
  const anyFinding = (ofTargets: boolean, state: Finding['state']) =>
    upToHere.some((timePoint) =>
      lesions.some(
        (lesion) => (lesion.role === 'target') === ofTargets && findingOf(timePoint, lesion).state === state,
      ),
    );
  const differences: PyrecistDifference[] = [];
  if (anyFinding(true, 'not evaluated')) differences.push('missing');
  if (anyFinding(false, 'measured')) differences.push('allSummed');
  if (anyFinding(true, 'too small')) differences.push('tooSmall');
  if (followUp.overall === 'CR' || followUp.target === 'CR') differences.push('noCr');
  if (followUp.target === 'none' || (followUp.overall === 'PD' && followUp.target !== 'PD'))
    differences.push('targetsOnly');
  if (row.classification === 'PR' && row.burden_percentual_variation_from_baseline > -30)
    differences.push('carriedPr');
  return differences.length ? differences : ['rounding'];
}

function burdenMm(patient: PatientCase, timePoint: TimePointAssessment['timePoint']): number {
  let nanometres = 0;
  for (const lesion of patient.lesions) {
    const finding = findingOf(timePoint, lesion);
    if (finding.state === 'measured') nanometres += Math.round(finding.mm * 1e6);
  }
  return nanometres / 1e6;
}
