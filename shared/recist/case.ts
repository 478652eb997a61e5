import type { StudyDate } from './study-date.ts';

/**
 * What was recorded of one patient by one evaluator: the lesions documented at baseline and after it, and
 * what was found of each at every time point. This is the only input of the rules; the readers of the input
 * forms (`measurements-csv.ts`, `sdtm.ts`) make it.
 */
export interface PatientCase {
  patientId: string;
  /** Who measured, when the input names more than one: `INVESTIGATOR`, `INDEPENDENT ASSESSOR / RADIOLOGIST 1`. */
  evaluator?: string;
  lesions: Lesion[];
  /** In order; the first is the baseline. */
  timePoints: TimePoint[];
  /** What the reader noticed, said with the checks of the baseline. */
  remarks: string[];
}

/** `new`: not there at baseline. A tumour marker is a non-target that is present while above its limit. */
export type LesionRole = 'target' | 'non-target' | 'new';

export interface Lesion {
  id: string;
  role: LesionRole;
  /** A lymph node, measured by its short axis; every other lesion is measured by its longest diameter. */
  node: boolean;
  /** For the two-an-organ rule; unknown organs are not counted. All lymph nodes are one organ. */
  organ?: string;
  /** Of the baseline CT, mm: thicker slices make small lesions unmeasurable. */
  sliceThicknessMm?: number;
}

export interface TimePoint {
  /** The visit number, or the study date as written. */
  id: string;
  label: string;
  date: StudyDate;
  /** By lesion id; a lesion without an entry was not evaluated. */
  findings: Map<string, Finding>;
}

/**
 * `too small`: there, but too small to measure. `present`, `progressed` (unequivocally) and `absent` describe
 * lesions that are not measured; `equivocal` a possible new lesion; `merged` a target measured as part of
 * another one it has grown together with.
 */
export type Finding =
  | { state: 'measured'; mm: number }
  | { state: 'too small' | 'absent' | 'present' | 'progressed' | 'equivocal' | 'merged' | 'not evaluated' };

export const LYMPH_NODE = 'lymph node';

const NOT_EVALUATED: Finding = { state: 'not evaluated' };

export function findingOf(timePoint: TimePoint, lesion: Lesion): Finding {
  return timePoint.findings.get(lesion.id) ?? NOT_EVALUATED;
}

/** Whether disease is to be seen in the lesion; undefined when nobody can tell. */
export function isDisease(lesion: Lesion, finding: Finding): boolean | undefined {
  switch (finding.state) {
    case 'measured':
      return lesion.node ? finding.mm >= NORMAL_NODE_BELOW_MM : finding.mm > 0;
    // too small a node to be measured is a normal one
    case 'too small':
      return !lesion.node;
    case 'absent':
      return false;
    case 'present':
    case 'progressed':
    case 'merged':
      return true;
    case 'equivocal':
    case 'not evaluated':
      return undefined;
  }
}

/** Short axis below which a lymph node is normal (Eisenhauer 2009, section 3.1.1 and 4.3.1). */
export const NORMAL_NODE_BELOW_MM = 10;
