import type { Judgement } from './citations.ts';
import type { NonTargetResponse } from './non-target.ts';
import type { TargetResponse } from './target.ts';

export type OverallResponse = 'CR' | 'PR' | 'SD' | 'NON-CR/NON-PD' | 'PD' | 'NE';

/** What a patient without such lesions has instead of a response of them. */
export type None = 'none';

interface TableRow {
  /** Row of the printed table, counted from 1. */
  row: number;
  target: readonly (TargetResponse | None)[] | 'any';
  nonTarget: readonly (NonTargetResponse | None)[] | 'any';
  newLesions: boolean | 'any';
  overall: OverallResponse;
}

const NON_PD = ['CR', 'NON-CR/NON-PD', 'NE', 'none'] as const;

/**
 * Table 1 of Eisenhauer 2009: patients with target disease, with or without non-target disease. Every
 * progression comes before every other row. The sixth row says "non-PD"; non-targets that were not
 * evaluated either are read into it, as nothing else in the table gives them a response.
 */
const TABLE_1: readonly TableRow[] = [
  { row: 7, target: ['PD'], nonTarget: 'any', newLesions: 'any', overall: 'PD' },
  { row: 8, target: 'any', nonTarget: ['PD'], newLesions: 'any', overall: 'PD' },
  { row: 9, target: 'any', nonTarget: 'any', newLesions: true, overall: 'PD' },
  { row: 1, target: ['CR'], nonTarget: ['CR', 'none'], newLesions: false, overall: 'CR' },
  { row: 2, target: ['CR'], nonTarget: ['NON-CR/NON-PD'], newLesions: false, overall: 'PR' },
  { row: 3, target: ['CR'], nonTarget: ['NE'], newLesions: false, overall: 'PR' },
  { row: 4, target: ['PR'], nonTarget: NON_PD, newLesions: false, overall: 'PR' },
  { row: 5, target: ['SD'], nonTarget: NON_PD, newLesions: false, overall: 'SD' },
  { row: 6, target: ['NE'], nonTarget: NON_PD, newLesions: false, overall: 'NE' },
];

/** Table 2 of Eisenhauer 2009: patients with non-target disease only. */
const TABLE_2: readonly TableRow[] = [
  { row: 4, target: ['none'], nonTarget: ['PD'], newLesions: 'any', overall: 'PD' },
  { row: 5, target: ['none'], nonTarget: 'any', newLesions: true, overall: 'PD' },
  { row: 1, target: ['none'], nonTarget: ['CR'], newLesions: false, overall: 'CR' },
  { row: 2, target: ['none'], nonTarget: ['NON-CR/NON-PD'], newLesions: false, overall: 'NON-CR/NON-PD' },
  { row: 3, target: ['none'], nonTarget: ['NE', 'none'], newLesions: false, overall: 'NE' },
];

/** The overall response of one time point, by Table 1, or Table 2 where the patient has no target. */
export function overallResponse(
  target: TargetResponse | None,
  nonTarget: NonTargetResponse | None,
  newLesions: boolean,
): Judgement<OverallResponse> {
  const rule = target === 'none' ? 'table2' : 'table1';
  const found = (rule === 'table1' ? TABLE_1 : TABLE_2).find(
    (row) =>
      (row.target === 'any' || row.target.includes(target)) &&
      (row.nonTarget === 'any' || row.nonTarget.includes(nonTarget)) &&
      (row.newLesions === 'any' || row.newLesions === newLesions),
  );
  if (!found) throw new Error(`no table row for ${target}, ${nonTarget}, ${newLesions}`);
  const detail = `row ${found.row}: target ${target}, non-target ${nonTarget}, new lesions ${newLesions ? 'yes' : 'no'}`;
  return { response: found.overall, reasons: [{ rule, detail }] };
}
