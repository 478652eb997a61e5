import type { CitationId } from './citations.ts';
import type { OverallResponse } from './overall.ts';

/** One follow-up, in order. */
export interface FollowUp {
  response: OverallResponse;
  /** Days since the baseline; undefined when one of the dates is partial. */
  day: number | undefined;
}

export interface BestResponseRules {
  /** Days after which CR and PR must be seen again; undefined where no confirmation is required. */
  confirmationDays?: number | undefined;
  /** Days from the baseline that SD must have lasted; the protocol's choice. */
  minimumStableDays: number;
  /** The patient has non-target disease only: persisting disease is non-CR/non-PD and not SD (Table 2). */
  nonTargetOnly: boolean;
}

export interface BestResponse {
  response: OverallResponse;
  /** Follow-up at which it was first met; for CR and PR whichever of the two came first (section 4.6.2). */
  index: number | undefined;
  rule: CitationId;
}

/** "In most trials it is reasonable to consider PR-NE-PR confirmed" (section 4.4.4): one, and no more. */
const NOT_EVALUATED_BETWEEN = 1;

/**
 * The best overall response (Eisenhauer 2009, section 4.4.3, and Table 3 when confirmation is required).
 * Nothing after the first PD counts. Disease after CR is PD (footnote a of Table 3). A response that is not
 * confirmed is SD, when it came late enough for SD; SD that came too early leaves PD, or NE.
 */
export function bestOverallResponse(followUps: FollowUp[], rules: BestResponseRules): BestResponse {
  const counted = upToProgression(followUps);
  const rule = rules.confirmationDays !== undefined ? 'bestConfirmed' : 'bestUnconfirmed';
  const first = (repeats: readonly OverallResponse[]) =>
    counted.findIndex(
      ({ response }, i) =>
        repeats.includes(response) &&
        (rules.confirmationDays === undefined || isConfirmed(counted, i, repeats, rules.confirmationDays)),
    );
  const responded = first(['PR', 'CR']);
  if (responded >= 0) return { response: first(['CR']) >= 0 ? 'CR' : 'PR', index: responded, rule };
  const stable = counted.findIndex(
    ({ response, day }) =>
      response !== 'PD' &&
      response !== 'NE' &&
      (rules.minimumStableDays === 0 || (day !== undefined && day >= rules.minimumStableDays)),
  );
  if (stable >= 0)
    return { response: rules.nonTargetOnly ? 'NON-CR/NON-PD' : 'SD', index: stable, rule: 'stableDuration' };
  const progression = counted.findIndex(({ response }) => response === 'PD');
  if (progression >= 0) return { response: 'PD', index: progression, rule };
  return { response: 'NE', index: counted.length ? 0 : undefined, rule };
}

function upToProgression(followUps: FollowUp[]): FollowUp[] {
  const counted: FollowUp[] = [];
  let complete = false;
  for (const { response, day } of followUps) {
    const relapse = complete && response !== 'CR' && response !== 'NE';
    counted.push({ response: relapse ? 'PD' : response, day });
    if (relapse || response === 'PD') break;
    complete ||= response === 'CR';
  }
  return counted;
}

function isConfirmed(
  counted: FollowUp[],
  index: number,
  repeats: readonly OverallResponse[],
  confirmationDays: number,
): boolean {
  let notEvaluated = 0;
  for (const { response, day } of counted.slice(index + 1)) {
    const first = counted[index].day;
    if (repeats.includes(response)) {
      if (day !== undefined && first !== undefined && day - first >= confirmationDays) return true;
    } else if (response !== 'NE' || ++notEvaluated > NOT_EVALUATED_BETWEEN) return false;
  }
  return false;
}
