import { describe, expect, it } from 'vitest';
import { baselineChecks, measurableFromMm } from '../../shared/recist/baseline.ts';
import type { PatientCase } from '../../shared/recist/case.ts';
import { course, type Entry } from './patients.ts';

function checksOf(entries: Record<string, Entry>, change: Partial<PatientCase['lesions'][number]> = {}) {
  const patient = course(Object.fromEntries(Object.entries(entries).map(([id, entry]) => [id, [entry]])));
  patient.lesions = patient.lesions.map((lesion) => ({ ...lesion, ...change }));
  return baselineChecks(patient).map(({ rule, lesionId }) => `${rule} ${lesionId}`.trim());
}

describe('checks of the baseline', () => {
  it('allows five targets, two an organ', () => {
    const five = { A: 20, B: 20, C: 20, D: 20, E: 20 };
    expect(checksOf(five)).toEqual([]);
    expect(checksOf({ ...five, F: 20 })).toEqual(['targetLimit']);
    expect(checksOf({ A: 20, B: 20 }, { organ: 'liver' })).toEqual([]);
    expect(checksOf({ A: 20, B: 20, C: 20 }, { organ: 'liver' })).toEqual(['organLimit']);
  });

  it('counts all lymph nodes as one organ', () => {
    expect(checksOf({ 'n:A': 20, 'n:B': 20, 'n:C': 20 })).toEqual(['organLimit']);
  });

  it.each<[string, Record<string, Entry>, string[]]>([
    ['10 mm is measurable', { A: 10 }, []],
    ['less is not', { A: 9.9 }, ['measurable A']],
    ['a node of 15 mm can be a target', { 'n:A': 15 }, []],
    ['a smaller one is a non-target', { 'n:A': 14.9, B: 20 }, ['nonTargetNode A']],
    ['as a non-target, from 10 mm on', { 'n:-A': 10, B: 20 }, []],
    ['below, it is normal', { 'n:-A': 9.9, B: 20 }, ['normalNode A']],
    ['also as a target', { 'n:A': 9.9, B: 20 }, ['normalNode A']],
    ['a non-target may be small', { '-A': 4, B: 20 }, []],
    ['or not measured', { '-A': 'present', B: 20 }, []],
    ['but not absent', { '-A': 'absent', B: 20 }, ['baselineSum A']],
    ['a target has to be measured', { A: 'not evaluated', B: 20 }, ['baselineSum A']],
    ['a baseline sum of nothing', { A: 0 }, ['measurable A', 'baselineSum']],
  ])('%s', (_, entries, expected) => {
    expect(checksOf(entries)).toEqual(expected);
  });

  it('asks for twice the slice thickness above 5 mm', () => {
    expect([undefined, 1.25, 5, 5.1, 8].map(measurableFromMm)).toEqual([10, 10, 10, 10.2, 16]);
    expect(checksOf({ A: 15 }, { sliceThicknessMm: 8 })).toEqual(['sliceThickness A']);
    expect(checksOf({ A: 16 }, { sliceThicknessMm: 8 })).toEqual([]);
  });
});
