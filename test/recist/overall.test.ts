import { describe, expect, it } from 'vitest';
import { overallResponse } from '../../shared/recist/overall.ts';

// Tables 1 and 2 of Eisenhauer 2009 written out for every combination, new lesions no | yes
const TABLE_1 = `
target non-target     no             yes
CR     CR             CR             PD
CR     none           CR             PD
CR     NON-CR/NON-PD  PR             PD
CR     NE             PR             PD
CR     PD             PD             PD
PR     CR             PR             PD
PR     none           PR             PD
PR     NON-CR/NON-PD  PR             PD
PR     NE             PR             PD
PR     PD             PD             PD
SD     CR             SD             PD
SD     none           SD             PD
SD     NON-CR/NON-PD  SD             PD
SD     NE             SD             PD
SD     PD             PD             PD
NE     CR             NE             PD
NE     none           NE             PD
NE     NON-CR/NON-PD  NE             PD
NE     NE             NE             PD
NE     PD             PD             PD
PD     CR             PD             PD
PD     none           PD             PD
PD     NON-CR/NON-PD  PD             PD
PD     NE             PD             PD
PD     PD             PD             PD`;
const TABLE_2 = `
target non-target     no             yes
none   CR             CR             PD
none   NON-CR/NON-PD  NON-CR/NON-PD  PD
none   NE             NE             PD
none   PD             PD             PD
none   none           NE             PD`;

const TARGETS = ['CR', 'PR', 'SD', 'PD', 'NE', 'none'] as const;
const NON_TARGETS = ['CR', 'NON-CR/NON-PD', 'PD', 'NE', 'none'] as const;

function expectedOf(target: string, nonTarget: string, newLesions: boolean): string | undefined {
  const rows = `${TABLE_1}\n${TABLE_2}`
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  return rows.find(([t, n]) => t === target && n === nonTarget)?.[newLesions ? 3 : 2];
}

describe('overall response at a time point', () => {
  for (const target of TARGETS)
    for (const nonTarget of NON_TARGETS)
      for (const newLesions of [false, true])
        it(`target ${target}, non-target ${nonTarget}, new lesions ${newLesions}`, () => {
          const { response, reasons } = overallResponse(target, nonTarget, newLesions);
          expect(response).toBe(expectedOf(target, nonTarget, newLesions));
          expect(reasons.map(({ rule }) => rule)).toEqual([target === 'none' ? 'table2' : 'table1']);
        });

  it('names the row of the printed table', () => {
    expect(overallResponse('CR', 'NE', false).reasons[0].detail).toMatch(/^row 3:/);
    expect(overallResponse('SD', 'PD', false).reasons[0].detail).toMatch(/^row 8:/);
    expect(overallResponse('none', 'CR', true).reasons[0].detail).toMatch(/^row 5:/);
  });
});
