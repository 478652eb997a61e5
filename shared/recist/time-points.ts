import { findingOf, isDisease, type Lesion, type PatientCase, type TimePoint } from './case.ts';
import type { Reason } from './citations.ts';
import { type NonTargetResponse, nonTargetResponse } from './non-target.ts';
import { type None, type OverallResponse, overallResponse } from './overall.ts';
import { daysBetween, type StudyDate } from './study-date.ts';
import { sumTargets, type TargetResponse, targetResponse } from './target.ts';

export interface TimePointAssessment {
  timePoint: TimePoint;
  dayFromBaseline: number | undefined;
  /** Sum of the evaluated targets, mm; complete when `missing` is empty. Undefined without targets. */
  sumMm: number | undefined;
  /** Targets that were not evaluated. */
  missing: string[];
  /** Smallest complete sum before this time point; undefined at the baseline. */
  nadir: Nadir | undefined;
  target: TargetResponse | None;
  nonTarget: NonTargetResponse | None;
  /** Unequivocally new lesions seen here. */
  newLesions: string[];
  /** What Table 1 or 2 gives, before disease that came back after CR is looked at. */
  byTable: OverallResponse;
  overall: OverallResponse;
  reasons: Reason[];
  /** An earlier time point was PD: this one no longer counts for the best response. */
  afterProgression: boolean;
}

export interface Nadir {
  mm: number;
  date: StudyDate;
}

/** What the follow-ups are compared with. */
export interface Baseline {
  timePoint: TimePoint;
  /** Sum of the diameters, mm; undefined without targets or when one of them was not measured. */
  sumMm: number | undefined;
}

export function baselineOf(patient: PatientCase): Baseline {
  const timePoint = patient.timePoints[0];
  const targets = patient.lesions.filter(({ role }) => role === 'target');
  const sum = sumTargets(targets, timePoint);
  return { timePoint, sumMm: targets.length && !sum.missing.length ? sum.mm : undefined };
}

/** Every follow-up by itself, judged against the baseline and the smallest sum before it. */
export function assessFollowUps(patient: PatientCase): TimePointAssessment[] {
  const baseline = baselineOf(patient);
  const targets = patient.lesions.filter(({ role }) => role === 'target');
  const nonTargets = patient.lesions.filter(({ role }) => role === 'non-target');
  const assessments: TimePointAssessment[] = [];
  let nadir =
    baseline.sumMm === undefined ? undefined : { mm: baseline.sumMm, date: baseline.timePoint.date };
  let hadCompleteResponse = false;
  let progressed = false;
  for (const [index, timePoint] of patient.timePoints.entries()) {
    if (index === 0) continue;
    const sum = sumTargets(targets, timePoint);
    const reference =
      baseline.sumMm === undefined || nadir === undefined
        ? undefined
        : { baselineMm: baseline.sumMm, nadirMm: nadir.mm };
    const target = targets.length ? targetResponse(sum, reference) : undefined;
    const nonTarget = nonTargets.length ? nonTargetResponse(nonTargets, timePoint) : undefined;
    const fresh = newLesionsAt(patient, index);
    const table = overallResponse(
      target?.response ?? 'none',
      nonTarget?.response ?? 'none',
      fresh.ids.length > 0,
    );
    const relapse: string[] =
      hadCompleteResponse && table.response !== 'PD' ? relapsed(patient, timePoint) : [];
    const overall: OverallResponse = relapse.length ? 'PD' : table.response;
    const reasons = [target, nonTarget, fresh, table].flatMap((judged) => judged?.reasons ?? []);
    if (relapse.length) reasons.push({ rule: 'reappearance', detail: `${relapse.join(', ')} seen after CR` });
    assessments.push({
      timePoint,
      dayFromBaseline: daysBetween(baseline.timePoint.date, timePoint.date),
      sumMm: targets.length ? sum.mm : undefined,
      missing: sum.missing,
      nadir,
      target: target?.response ?? 'none',
      nonTarget: nonTarget?.response ?? 'none',
      newLesions: fresh.ids,
      byTable: table.response,
      overall,
      reasons,
      afterProgression: progressed,
    });
    if (nadir && !sum.missing.length && sum.mm < nadir.mm) nadir = { mm: sum.mm, date: timePoint.date };
    hadCompleteResponse ||= overall === 'CR';
    progressed ||= overall === 'PD';
  }
  return assessments;
}

/**
 * New lesions at a time point: unequivocal ones, and equivocal ones that a later scan confirms, which makes
 * the first scan the date of progression (Eisenhauer 2009, section 4.3.5).
 */
function newLesionsAt(patient: PatientCase, index: number): { ids: string[]; reasons: Reason[] } {
  const ids: string[] = [];
  const reasons: Reason[] = [];
  for (const lesion of patient.lesions) {
    if (lesion.role !== 'new') continue;
    const timePoint = patient.timePoints[index];
    if (isPresent(lesion, timePoint)) reasons.push({ rule: 'newLesion', detail: `new lesion ${lesion.id}` });
    else if (findingOf(timePoint, lesion).state !== 'equivocal') continue;
    else if (patient.timePoints.slice(index + 1).some((later) => isPresent(lesion, later)))
      reasons.push({ rule: 'newLesion', detail: `new lesion ${lesion.id}, confirmed by a later scan` });
    else {
      reasons.push({ rule: 'equivocal', detail: `${lesion.id} is equivocal: not counted` });
      continue;
    }
    ids.push(lesion.id);
  }
  return { ids, reasons };
}

/** Whether a lesion that was not there at baseline is now; a node is one from 10 mm on. */
function isPresent(lesion: Lesion, timePoint: TimePoint): boolean {
  return isDisease(lesion, findingOf(timePoint, lesion)) === true;
}

/** The documented lesions that show disease again at a time point after CR. */
function relapsed(patient: PatientCase, timePoint: TimePoint): string[] {
  return patient.lesions
    .filter((lesion) => lesion.role !== 'new' && isDisease(lesion, findingOf(timePoint, lesion)) === true)
    .map(({ id }) => id);
}
