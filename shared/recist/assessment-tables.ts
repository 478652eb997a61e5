import { csvHeader, csvRows } from '../tables/csv.ts';
import type { PatientAssessment } from './assessment.ts';
import { CITATIONS } from './citations.ts';
import {
  PYRECIST_COLUMNS,
  PYRECIST_DIFFERENCES,
  type PyrecistRow,
  pyrecistDifferences,
} from './compat-pyrecist.ts';
import { trimmed } from './figures.ts';
import type { ComparedResponse } from './rs-agreement.ts';

type Row = Record<string, unknown>;

const PATIENT_COLUMNS = [
  'patient_id',
  'evaluator',
  'baseline_date',
  'baseline_sum_mm',
  'follow_ups',
  'best_response',
  'response_date',
  'response_days',
  'best_response_confirmed',
  'confirmed_response_date',
  'confirmed_response_days',
  'complete_response_date',
  'complete_response_days',
  'progression_date',
  'progression_causes',
  'days_until_progression',
  'last_evaluated_date',
  'censored',
  'baseline_checks',
];

/** One row a patient and evaluator: best responses, dates and durations. */
export function patientsCsv(assessments: PatientAssessment[]): string {
  const rows = assessments.map(({ patient, baseline, followUps, best, checks, ...dates }) => ({
    patient_id: patient.patientId,
    evaluator: patient.evaluator,
    baseline_date: baseline.timePoint.date.text,
    baseline_sum_mm: baseline.sumMm,
    follow_ups: followUps.length,
    best_response: best.unconfirmed.response,
    response_date: best.unconfirmed.duration?.from.text,
    response_days: best.unconfirmed.duration?.days,
    best_response_confirmed: best.confirmed.response,
    confirmed_response_date: best.confirmed.duration?.from.text,
    confirmed_response_days: best.confirmed.duration?.days,
    complete_response_date: dates.completeResponse?.from.text,
    complete_response_days: dates.completeResponse?.days,
    progression_date: dates.progression?.date.text,
    progression_causes: dates.progression?.causes.join('; '),
    days_until_progression: dates.untilProgression.days,
    last_evaluated_date: dates.untilProgression.to.text,
    censored: !dates.untilProgression.ended,
    baseline_checks: checks.length,
  }));
  return csv(PATIENT_COLUMNS, rows);
}

const TIME_POINT_COLUMNS = [
  'patient_id',
  'evaluator',
  'visit',
  'label',
  'date',
  'day',
  'sum_mm',
  'measured_sum_mm',
  'not_evaluated',
  'baseline_sum_mm',
  'nadir_mm',
  'nadir_date',
  'change_from_baseline_percent',
  'change_from_nadir_percent',
  'change_from_nadir_mm',
  'target_response',
  'non_target_response',
  'new_lesions',
  'overall_response',
  'recist_1_1_response',
  'after_progression',
  'because',
  'citations',
];

/**
 * One row a time point, the baseline first. `responses` are the overall responses to give; where they are not
 * those of RECIST 1.1, these stand in a column of their own.
 */
export function timePointsCsv(assessments: PatientAssessment[], responses: string[][] | undefined): string {
  const rows = assessments.flatMap(({ patient, baseline, followUps }, a): Row[] => {
    const { patientId: patient_id, evaluator } = patient;
    const first = {
      patient_id,
      evaluator,
      visit: baseline.timePoint.id,
      label: baseline.timePoint.label,
      date: baseline.timePoint.date.text,
      day: 0,
      sum_mm: baseline.sumMm,
    };
    return [
      first,
      ...followUps.map((followUp, i) => ({
        patient_id,
        evaluator,
        visit: followUp.timePoint.id,
        label: followUp.timePoint.label,
        date: followUp.timePoint.date.text,
        day: followUp.dayFromBaseline,
        sum_mm: followUp.missing.length ? undefined : followUp.sumMm,
        measured_sum_mm: followUp.sumMm,
        not_evaluated: followUp.missing.join(' '),
        baseline_sum_mm: baseline.sumMm,
        nadir_mm: followUp.nadir?.mm,
        nadir_date: followUp.nadir?.date.text,
        ...changes(followUp.missing.length ? undefined : followUp.sumMm, baseline.sumMm, followUp.nadir?.mm),
        target_response: followUp.target,
        non_target_response: followUp.nonTarget,
        new_lesions: followUp.newLesions.join(' '),
        overall_response: responses ? responses[a][i] : followUp.overall,
        recist_1_1_response: followUp.overall,
        after_progression: followUp.afterProgression,
        because: followUp.reasons.map(({ detail }) => detail).join('; '),
        citations: [...new Set(followUp.reasons.map(({ rule }) => CITATIONS[rule]))].join('; '),
      })),
    ];
  });
  const columns = TIME_POINT_COLUMNS.filter((name) => responses || name !== 'recist_1_1_response');
  return csv(columns, rows);
}

/** What a sum has changed by; empty where it is incomplete or has nothing to be compared with. */
function changes(
  sumMm: number | undefined,
  baselineMm: number | undefined,
  nadirMm: number | undefined,
): Row {
  const percent = (reference: number | undefined) =>
    sumMm === undefined || !reference ? undefined : trimmed((100 * (sumMm - reference)) / reference, 4);
  return {
    change_from_baseline_percent: percent(baselineMm),
    change_from_nadir_percent: percent(nadirMm),
    change_from_nadir_mm:
      sumMm === undefined || nadirMm === undefined ? undefined : trimmed(sumMm - nadirMm, 4),
  };
}

/** What the baselines have that RECIST 1.1 does not allow, and what the readers remarked. */
export function baselineChecksCsv(assessments: PatientAssessment[]): string {
  const rows = assessments.flatMap(({ patient, checks }) =>
    checks.map(({ lesionId, rule, message }) => ({
      patient_id: patient.patientId,
      evaluator: patient.evaluator,
      lesion: lesionId,
      message,
      citation: rule === '' ? '' : CITATIONS[rule],
    })),
  );
  return csv(['patient_id', 'evaluator', 'lesion', 'message', 'citation'], rows);
}

/** Our responses beside recorded ones, with an explanation where they differ. */
export function responseAgreementCsv(compared: ComparedResponse[]): string {
  const rows = compared.map(({ patientId, ...row }) => ({ patient_id: patientId, ...row }));
  const columns = ['evaluator', 'visit', 'label', 'test', 'recorded', 'computed', 'agree', 'explanation'];
  return csv(['patient_id', ...columns], rows);
}

/** pyrecist's own table. */
export function pyrecistCsv(tables: PyrecistRow[][]): string {
  return csv(
    PYRECIST_COLUMNS,
    tables.flat().map((row) => ({ ...row })),
  );
}

/** The follow-ups that pyrecist and RECIST 1.1 judge differently, and which of pyrecist's rules makes it so. */
export function differencesCsv(assessments: PatientAssessment[], tables: PyrecistRow[][]): string {
  const rows = assessments.flatMap((assessment, a) =>
    assessment.followUps.flatMap((followUp, i) => {
      const row = tables[a][i];
      if (row.classification === followUp.overall) return [];
      const because = pyrecistDifferences(assessment, followUp, row).map((id) => PYRECIST_DIFFERENCES[id]);
      return [
        {
          patient_id: assessment.patient.patientId,
          evaluator: assessment.patient.evaluator,
          date: followUp.timePoint.date.text,
          recist_1_1_response: followUp.overall,
          pyrecist_response: row.classification,
          because: because.join('; '),
        },
      ];
    }),
  );
  const columns = ['evaluator', 'date', 'recist_1_1_response', 'pyrecist_response', 'because'];
  return csv(['patient_id', ...columns], rows);
}

function csv(columns: string[], rows: Row[]): string {
  return csvHeader(columns) + csvRows(columns, rows);
}
