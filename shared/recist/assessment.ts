import { type BaselineCheck, baselineChecks } from './baseline.ts';
import { bestOverallResponse } from './best-response.ts';
import type { PatientCase } from './case.ts';
import type { CitationId } from './citations.ts';
import type { OverallResponse } from './overall.ts';
import { daysBetween, type StudyDate } from './study-date.ts';
import { assessFollowUps, type Baseline, baselineOf, type TimePointAssessment } from './time-points.ts';

export interface AssessmentOptions {
  /** Days after which CR and PR must be seen again to be confirmed (Eisenhauer 2009, section 4.6.1). */
  confirmationDays: number;
  /** Days from the baseline that SD must have lasted; the protocol's choice, 0 for none. */
  minimumStableDays: number;
}

/** Four weeks to confirm, and no minimum for SD: the guideline leaves that to the protocol. */
export const DEFAULT_OPTIONS: AssessmentOptions = { confirmationDays: 28, minimumStableDays: 0 };

/** From a first time point to the end of something, or to the last evaluated one when it has not ended. */
export interface Span {
  from: StudyDate;
  to: StudyDate;
  /** Undefined when one of the dates is partial. */
  days: number | undefined;
  /** False: not ended when last evaluated (censored). */
  ended: boolean;
}

export interface BestAssessment {
  response: OverallResponse;
  rule: CitationId;
  /** From the first CR or PR of the best response until progression (section 4.6.2). */
  duration: Span | undefined;
}

export interface PatientAssessment {
  patient: PatientCase;
  checks: BaselineCheck[];
  baseline: Baseline;
  followUps: TimePointAssessment[];
  best: { unconfirmed: BestAssessment; confirmed: BestAssessment };
  /** From the first CR until disease is back (section 4.6.2). */
  completeResponse: Span | undefined;
  /** From the baseline until progression: the start of treatment, which the guideline counts from, is in no table. */
  untilProgression: Span;
  progression: { date: StudyDate; causes: string[] } | undefined;
}

/**
 * Assesses one patient by RECIST 1.1: every follow-up against the baseline and the smallest sum before it,
 * then the best overall response, the dates and the durations. Every response carries the rules behind it.
 */
export function assessPatient(patient: PatientCase, options = DEFAULT_OPTIONS): PatientAssessment {
  const baseline = baselineOf(patient);
  const followUps = assessFollowUps(patient);
  const counted = followUps.filter(({ afterProgression }) => !afterProgression);
  const progressed = counted.find(({ overall }) => overall === 'PD');
  const lastEvaluated = counted.findLast(({ overall }) => overall !== 'NE');
  const untilProgression = (from: StudyDate): Span => {
    const to = (progressed ?? lastEvaluated ?? baseline).timePoint.date;
    return { from, to, days: daysBetween(from, to), ended: progressed !== undefined };
  };
  const best = (confirmationDays: number | undefined): BestAssessment => {
    const { response, index, rule } = bestOverallResponse(
      followUps.map(({ overall, dayFromBaseline }) => ({ response: overall, day: dayFromBaseline })),
      {
        confirmationDays,
        minimumStableDays: options.minimumStableDays,
        nonTargetOnly: !patient.lesions.some(({ role }) => role === 'target'),
      },
    );
    const responded = index !== undefined && (response === 'CR' || response === 'PR');
    return {
      response,
      rule,
      duration: responded ? untilProgression(followUps[index].timePoint.date) : undefined,
    };
  };
  const complete = counted.find(({ overall }) => overall === 'CR');
  return {
    patient,
    checks: baselineChecks(patient),
    baseline,
    followUps,
    best: { unconfirmed: best(undefined), confirmed: best(options.confirmationDays) },
    completeResponse: complete && untilProgression(complete.timePoint.date),
    untilProgression: untilProgression(baseline.timePoint.date),
    progression: progressed && { date: progressed.timePoint.date, causes: causesOf(progressed) },
  };
}

const PROGRESSION_RULES = new Set<CitationId>(['targetPd', 'nonTargetPd', 'newLesion', 'reappearance']);

function causesOf(progressed: TimePointAssessment): string[] {
  return progressed.reasons.filter(({ rule }) => PROGRESSION_RULES.has(rule)).map(({ detail }) => detail);
}
