import { findingOf, type Lesion, LYMPH_NODE, NORMAL_NODE_BELOW_MM, type PatientCase } from './case.ts';
import type { CitationId } from './citations.ts';
import { millimetres } from './figures.ts';
import { sumTargets } from './target.ts';

const MAX_TARGETS = 5;
const MAX_TARGETS_PER_ORGAN = 2;
const MEASURABLE_MM = 10;
const THICK_SLICES_ABOVE_MM = 5;
const MEASURABLE_NODE_MM = 15;

/** Something at baseline that RECIST 1.1 does not allow, or that keeps a rule from being applied. */
export interface BaselineCheck {
  /** Empty when it is about the patient. */
  lesionId: string;
  rule: CitationId | '';
  message: string;
}

/** Longest diameter from which a lesion is measurable: 10 mm, or twice the slice thickness above 5 mm. */
export function measurableFromMm(sliceThicknessMm: number | undefined): number {
  return sliceThicknessMm !== undefined && sliceThicknessMm > THICK_SLICES_ABOVE_MM
    ? 2 * sliceThicknessMm
    : MEASURABLE_MM;
}

/**
 * Holds the lesions chosen at baseline against Eisenhauer 2009, sections 3.1 and 4.2. The lesions are assessed
 * as they were chosen all the same: what to leave out is the readers' decision.
 */
export function baselineChecks(patient: PatientCase): BaselineCheck[] {
  const checks: BaselineCheck[] = patient.remarks.map((message) => ({ lesionId: '', rule: '', message }));
  const targets = patient.lesions.filter(({ role }) => role === 'target');
  if (targets.length > MAX_TARGETS) {
    const message = `${targets.length} targets; RECIST 1.1 allows ${MAX_TARGETS}`;
    checks.push({ lesionId: '', rule: 'targetLimit', message });
  }
  for (const [organ, lesions] of Map.groupBy(targets, organOf)) {
    if (organ === undefined || lesions.length <= MAX_TARGETS_PER_ORGAN) continue;
    const ids = lesions.map(({ id }) => id).join(', ');
    const message = `${lesions.length} targets in one organ, ${organ} (${ids}); RECIST 1.1 allows ${MAX_TARGETS_PER_ORGAN}`;
    checks.push({ lesionId: '', rule: 'organLimit', message });
  }
  for (const lesion of patient.lesions) {
    const check = lesion.role === 'new' ? undefined : checkOfLesion(patient, lesion);
    if (check) checks.push({ lesionId: lesion.id, ...check });
  }
  if (targets.length && sumTargets(targets, patient.timePoints[0]).mm === 0)
    checks.push({ lesionId: '', rule: 'baselineSum', message: 'the baseline sum is 0 mm' });
  return checks;
}

function checkOfLesion(patient: PatientCase, lesion: Lesion): Omit<BaselineCheck, 'lesionId'> | undefined {
  const finding = findingOf(patient.timePoints[0], lesion);
  if (finding.state !== 'measured') {
    if (lesion.role === 'non-target' && finding.state !== 'absent') return undefined;
    const message = `${lesion.role} without a measurement at baseline: ${finding.state}`;
    return { rule: 'baselineSum', message };
  }
  const size = millimetres(finding.mm);
  if (lesion.node) {
    if (finding.mm < NORMAL_NODE_BELOW_MM)
      return { rule: 'normalNode', message: `a normal lymph node, short axis ${size}: not to be recorded` };
    if (lesion.role === 'target' && finding.mm < MEASURABLE_NODE_MM)
      return { rule: 'nonTargetNode', message: `a lymph node of short axis ${size} is a non-target` };
    return undefined;
  }
  const from = measurableFromMm(lesion.sliceThicknessMm);
  if (lesion.role !== 'target' || finding.mm >= from) return undefined;
  if (finding.mm < MEASURABLE_MM)
    return { rule: 'measurable', message: `not measurable: ${size} is below ${millimetres(from)}` };
  const message = `not measurable: ${size} is below ${millimetres(from)}, twice the slice thickness`;
  return { rule: 'sliceThickness', message };
}

function organOf(lesion: Lesion): string | undefined {
  return lesion.node ? LYMPH_NODE : lesion.organ;
}
