import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assessPatient } from '../../shared/recist/assessment.ts';
import {
  PYRECIST_COLUMNS,
  type PyrecistDifference,
  pyrecistDifferences,
  pyrecistRows,
} from '../../shared/recist/compat-pyrecist.ts';
import { readMeasurementsCsv } from '../../shared/recist/measurements-csv.ts';
import { parseCsv } from '../../shared/tables/csv.ts';
import { course, type Entry } from './patients.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('pyrecist compatibility', () => {
  it.each(['pyrecist', 'random'])("gives pyrecist's own answers: %s", (name) => {
    const cases = readMeasurementsCsv(fixture(`${name}_measurements.csv`), name);
    const rows = cases.flatMap(pyrecistRows);
    const expected = parseCsv(fixture(`${name}_evaluation.csv`), name, PYRECIST_COLUMNS).rows;
    expect(rows).toHaveLength(expected.length);
    for (const [i, row] of rows.entries()) {
      for (const column of PYRECIST_COLUMNS) {
        const value = row[column];
        if (typeof value === 'string') expect(value, `${column} of row ${i}`).toBe(expected[i][column]);
        else if (expected[i][column] !== '') expect(value).toBeCloseTo(Number(expected[i][column]), 9);
        else expect(value).toBeNaN();
      }
    }
  });

  it.each<[PyrecistDifference, Record<string, Entry[]>]>([
    ['missing', { A: [40, 30], B: [40, 'not evaluated'] }],
    ['allSummed', { A: [40, 40], '-B': [20, 60] }],
    ['tooSmall', { A: [20, 'too small'], B: [80, 66] }],
    ['noCr', { A: [40, 0] }],
    ['carriedPr', { A: [40, 28, 30] }],
    ['targetsOnly', { A: [40, 40], '+N': ['absent', 'present'] }],
    ['stops', { A: [40, 60, 60] }],
  ])('explains a difference: %s', (difference, entries) => {
    const assessment = assessPatient(course(entries));
    const rows = pyrecistRows(assessment.patient);
    const last = assessment.followUps.length - 1;
    expect(rows[last].classification).not.toBe(assessment.followUps[last].overall);
    expect(pyrecistDifferences(assessment, assessment.followUps[last], rows[last])).toContain(difference);
  });

  it('finds none where both agree', () => {
    const assessment = assessPatient(course({ A: [40, 28] }));
    const [row] = pyrecistRows(assessment.patient);
    expect(pyrecistDifferences(assessment, assessment.followUps[0], row)).toEqual([]);
  });
});

it('judges the third follow-up of the synthetic patient as SD: PR is not carried forward', () => {
  const [patient] = readMeasurementsCsv(fixture('pyrecist_measurements.csv'), 'm');
  const responses = assessPatient(patient).followUps.map(({ overall }) => overall);
  expect(responses).toEqual(['SD', 'PR', 'SD', 'PD', 'PD']);
});
