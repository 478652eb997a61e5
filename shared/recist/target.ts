import { findingOf, isDisease, type Lesion, type TimePoint } from './case.ts';
import type { Judgement, Reason } from './citations.ts';
import { millimetres, percent, signed } from './figures.ts';

export type TargetResponse = 'CR' | 'PR' | 'SD' | 'PD' | 'NE';

/** Entered for a target that is there but too small to measure (Eisenhauer 2009, section 4.3.2). */
export const TOO_SMALL_MM = 5;
const PR_DECREASE = 0.3;
const PD_INCREASE = 0.2;
const PD_INCREASE_MM = 5;

/** Measurements are whole nanometres inside a sum, so that no order of the lesions and no threshold is off by a rounding. */
const NM_PER_MM = 1e6;

/** The targets of one time point, added up. */
export interface TargetSum {
  /** Sum of the diameters of the evaluated targets, mm: longest diameter, or short axis of a lymph node. */
  mm: number;
  /** Targets that were not evaluated; the sum is complete only when there are none. */
  missing: string[];
  tooSmall: string[];
  /** Targets measured as part of another one. */
  merged: string[];
  /** Every target was evaluated and shows no disease (nodes below 10 mm count as none). */
  disappeared: boolean;
}

/** What a sum is compared with, mm. */
export interface Reference {
  baselineMm: number;
  /** Smallest complete sum so far, the baseline included. */
  nadirMm: number;
}

export function sumTargets(targets: Lesion[], timePoint: TimePoint): TargetSum {
  const missing: string[] = [];
  const tooSmall: string[] = [];
  const merged: string[] = [];
  let nanometres = 0;
  let disappeared = true;
  for (const lesion of targets) {
    const finding = findingOf(timePoint, lesion);
    if (finding.state === 'measured') nanometres += Math.round(finding.mm * NM_PER_MM);
    else if (finding.state === 'too small') {
      nanometres += TOO_SMALL_MM * NM_PER_MM;
      tooSmall.push(lesion.id);
    } else if (finding.state === 'merged') merged.push(lesion.id);
    else if (finding.state !== 'absent') missing.push(lesion.id);
    if (isDisease(lesion, finding) !== false) disappeared = false;
  }
  return { mm: nanometres / NM_PER_MM, missing, tooSmall, merged, disappeared };
}

/** At or above this sum, mm, a follow-up is PD: below a nadir of 25 mm, 20 % are less than the 5 mm it takes. */
export function progressionThresholdMm(nadirMm: number): number {
  return Math.max(roundedNm(nadirMm * (1 + PD_INCREASE)), roundedNm(nadirMm + PD_INCREASE_MM));
}

/** At or below this sum, mm, a follow-up is PR. */
export function responseThresholdMm(baselineMm: number): number {
  return roundedNm(baselineMm * (1 - PR_DECREASE));
}

/**
 * Response of the target lesions (Eisenhauer 2009, section 4.3.1). An incomplete sum is NE, unless what was
 * measured alone is PD, which no missing lesion can take back (section 4.4.2). Nodes that grow below 10 mm
 * are normal: such a time point is still CR.
 * @param reference undefined when the baseline sum itself is incomplete
 */
export function targetResponse(sum: TargetSum, reference: Reference | undefined): Judgement<TargetResponse> {
  if (sum.disappeared) {
    const reasons: Reason[] = [{ rule: 'targetCr', detail: 'no target shows disease' }];
    if (sum.mm > 0)
      reasons.push({ rule: 'nodeSum', detail: `normal nodes still measure ${millimetres(sum.mm)}` });
    return { response: 'CR', reasons };
  }
  if (reference === undefined)
    return { response: 'NE', reasons: [{ rule: 'baselineSum', detail: 'the baseline sum is incomplete' }] };
  const { baselineMm, nadirMm } = reference;
  const incomplete = sum.missing.length > 0;
  const reasons: Reason[] = [];
  if (sum.tooSmall.length)
    reasons.push({ rule: 'tooSmall', detail: `${sum.tooSmall.join(', ')} entered as ${TOO_SMALL_MM} mm` });
  if (sum.merged.length)
    reasons.push({ rule: 'splitOrMerged', detail: `${sum.merged.join(', ')} measured with another target` });

  const change = `sum ${millimetres(sum.mm)}: ${against('the baseline', sum.mm, baselineMm)}, ${against('the smallest', sum.mm, nadirMm)}`;
  if (sum.mm >= progressionThresholdMm(nadirMm)) {
    reasons.push({ rule: 'targetPd', detail: change });
    if (incomplete) reasons.push({ rule: 'missing', detail: `PD already without ${sum.missing.join(', ')}` });
    return { response: 'PD', reasons };
  }
  if (incomplete) {
    const detail = `${sum.missing.join(', ')} not evaluated: the sum is unknown`;
    return { response: 'NE', reasons: [...reasons, { rule: 'missing', detail }] };
  }
  const response = sum.mm <= responseThresholdMm(baselineMm) ? 'PR' : 'SD';
  reasons.push({ rule: response === 'PR' ? 'targetPr' : 'targetSd', detail: change });
  return { response, reasons };
}

function against(name: string, mm: number, referenceMm: number): string {
  const difference = mm - referenceMm;
  const relative = referenceMm > 0 ? `${signed(difference / referenceMm, percent)} = ` : '';
  return `${relative}${signed(difference, millimetres)} against ${name} of ${millimetres(referenceMm)}`;
}

function roundedNm(mm: number): number {
  return Math.round(mm * NM_PER_MM) / NM_PER_MM;
}
