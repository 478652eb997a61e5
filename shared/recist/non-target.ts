import { findingOf, isDisease, type Lesion, type TimePoint } from './case.ts';
import type { Judgement } from './citations.ts';

export type NonTargetResponse = 'CR' | 'NON-CR/NON-PD' | 'PD' | 'NE';

/**
 * Response of the non-target lesions (Eisenhauer 2009, section 4.3.3), of which there is at least one. Their
 * growth in mm is never PD by itself: unequivocal progression is the reader's judgement, `progressed`.
 */
export function nonTargetResponse(nonTargets: Lesion[], timePoint: TimePoint): Judgement<NonTargetResponse> {
  const progressed: string[] = [];
  const persisting: string[] = [];
  const missing: string[] = [];
  for (const lesion of nonTargets) {
    const finding = findingOf(timePoint, lesion);
    const disease = isDisease(lesion, finding);
    if (finding.state === 'progressed') progressed.push(lesion.id);
    else if (disease === undefined) missing.push(lesion.id);
    else if (disease) persisting.push(lesion.id);
  }
  if (progressed.length) {
    const detail = `${progressed.join(', ')} unequivocally progressed`;
    return { response: 'PD', reasons: [{ rule: 'nonTargetPd', detail }] };
  }
  if (missing.length)
    return { response: 'NE', reasons: [{ rule: 'missing', detail: `${missing.join(', ')} not evaluated` }] };
  if (persisting.length) {
    const detail = `${persisting.join(', ')} persist${persisting.length === 1 ? 's' : ''}`;
    return { response: 'NON-CR/NON-PD', reasons: [{ rule: 'nonTargetStable', detail }] };
  }
  return { response: 'CR', reasons: [{ rule: 'nonTargetCr', detail: 'no non-target is left' }] };
}
