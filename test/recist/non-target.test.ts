import { describe, expect, it } from 'vitest';
import { type NonTargetResponse, nonTargetResponse } from '../../shared/recist/non-target.ts';
import { course, type Entry } from './patients.ts';

describe('response of the non-targets', () => {
  it.each<[string, Record<string, Entry>, NonTargetResponse]>([
    ['all gone', { '-A': 'absent', '-B': 'absent' }, 'CR'],
    ['one persists', { '-A': 'absent', '-B': 'present' }, 'NON-CR/NON-PD'],
    ['one progressed', { '-A': 'progressed', '-B': 'absent' }, 'PD'],
    ['one progressed, one missing', { '-A': 'progressed', '-B': 'not evaluated' }, 'PD'],
    ['one missing, one gone', { '-A': 'absent', '-B': 'not evaluated' }, 'NE'],
    ['one missing, one persists', { '-A': 'present', '-B': 'not evaluated' }, 'NE'],
    ['a node below 10 mm is normal', { 'n:-A': 9.9 }, 'CR'],
    ['a node of 10 mm is not', { 'n:-A': 10 }, 'NON-CR/NON-PD'],
    ['measured growth alone is no progression', { '-A': 80 }, 'NON-CR/NON-PD'],
  ])('%s', (_, entries, expected) => {
    const { lesions, timePoints } = course(
      Object.fromEntries(Object.entries(entries).map(([id, entry]) => [id, [entry]])),
    );
    expect(nonTargetResponse(lesions, timePoints[0]).response).toBe(expected);
  });
});
