import type { AssessmentOptions, PatientAssessment, Span } from './assessment.ts';
import {
  baselineChecksCsv,
  differencesCsv,
  patientsCsv,
  pyrecistCsv,
  responseAgreementCsv,
  timePointsCsv,
} from './assessment-tables.ts';
import { CITATIONS, type CitationId, type Reason } from './citations.ts';
import { PYRECIST_DIFFERENCES, pyrecistRows } from './compat-pyrecist.ts';
import type { ResponseAgreement } from './rs-agreement.ts';
import { timelinePicture } from './timeline.ts';

export interface ReportOptions extends AssessmentOptions {
  /** Give another program's responses in place of RECIST 1.1's, and list where they differ. */
  compat: 'pyrecist' | undefined;
  /** Our responses held against recorded ones. */
  agreement: ResponseAgreement | undefined;
}

/**
 * The files of an assessment, name to text: `patients.csv`, `time_points.csv`, `baseline_checks.csv`,
 * `assessments.json` and `timelines/<patient>.svg`; with `agreement` also `response_agreement.csv`; with
 * `compat` also `pyrecist.csv` in that program's form and `differences.csv`. The same input, the same bytes.
 */
export function assessmentReport(
  assessments: PatientAssessment[],
  options: ReportOptions,
): Record<string, string> {
  const compat = options.compat && assessments.map(({ patient }) => pyrecistRows(patient));
  const responses = compat?.map((rows) => rows.map(({ classification }) => classification));
  const names = pictureNames(assessments);
  return {
    'patients.csv': patientsCsv(assessments),
    'time_points.csv': timePointsCsv(assessments, responses),
    'baseline_checks.csv': baselineChecksCsv(assessments),
    'assessments.json': assessmentsJson(assessments, options),
    ...(options.agreement && { 'response_agreement.csv': responseAgreementCsv(options.agreement.compared) }),
    ...(compat && {
      'pyrecist.csv': pyrecistCsv(compat),
      'differences.csv': differencesCsv(assessments, compat),
    }),
    ...Object.fromEntries(
      assessments.map((assessment, a) => [
        `timelines/${names[a]}.svg`,
        timelinePicture(assessment, responses?.[a]),
      ]),
    ),
  };
}

/** Patient and evaluator as file names; two that look the same as file names are numbered. */
function pictureNames(assessments: PatientAssessment[]): string[] {
  const used = new Map<string, number>();
  return assessments.map(({ patient }) => {
    const words = [patient.patientId, ...(patient.evaluator === undefined ? [] : [patient.evaluator])];
    const name = words.join('_').replace(/[^A-Za-z0-9_-]+/g, '-');
    const times = (used.get(name.toLowerCase()) ?? 0) + 1;
    used.set(name.toLowerCase(), times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

function assessmentsJson(assessments: PatientAssessment[], options: ReportOptions): string {
  const { agreement, compat, confirmationDays, minimumStableDays } = options;
  const value = {
    guideline: 'RECIST 1.1: Eisenhauer EA et al. Eur J Cancer 2009;45:228-247',
    options: { confirmationDays, minimumStableDays, compat },
    ...(compat && { pyrecistDiffersIn: PYRECIST_DIFFERENCES }),
    ...(agreement && { agreement: agreementJson(agreement) }),
    patients: assessments.map(patientJson),
  };
  return `${JSON.stringify(value, null, 4)}\n`;
}

function agreementJson({ evaluators, compared, unmatched, otherCriteria }: ResponseAgreement) {
  return { evaluators, unmatched, otherCriteria, differing: compared.filter(({ agree }) => !agree) };
}

function patientJson({ patient, checks, baseline, followUps, best, ...dates }: PatientAssessment) {
  const bestJson = ({ response, rule, duration }: PatientAssessment['best']['confirmed']) => ({
    response,
    citation: CITATIONS[rule],
    duration: duration && { ...spanJson(duration), citation: CITATIONS.responseDuration },
  });
  return {
    patientId: patient.patientId,
    evaluator: patient.evaluator,
    lesions: patient.lesions,
    checks: checks.map(({ lesionId, rule, message }) => ({ lesionId, message, ...citation(rule) })),
    baseline: { ...timePointJson(baseline.timePoint), sumMm: baseline.sumMm },
    followUps: followUps.map(({ timePoint, nadir, reasons, ...followUp }) => ({
      ...timePointJson(timePoint),
      ...followUp,
      nadir: nadir && { mm: nadir.mm, date: nadir.date.text },
      reasons: reasons.map(reasonJson),
    })),
    best: { unconfirmed: bestJson(best.unconfirmed), confirmed: bestJson(best.confirmed) },
    completeResponse: spanJson(dates.completeResponse),
    untilProgression: spanJson(dates.untilProgression),
    progression: dates.progression && {
      date: dates.progression.date.text,
      causes: dates.progression.causes,
    },
  };
}

function timePointJson({ id, label, date, findings }: PatientAssessment['baseline']['timePoint']) {
  return { visit: id, label, date: date.text, findings: Object.fromEntries(findings) };
}

function spanJson(span: Span | undefined) {
  return span && { from: span.from.text, to: span.to.text, days: span.days, ended: span.ended };
}

function reasonJson({ rule, detail }: Reason) {
  return { detail, citation: CITATIONS[rule] };
}

function citation(rule: CitationId | '') {
  return rule === '' ? {} : { citation: CITATIONS[rule] };
}
