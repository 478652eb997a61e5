import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  progressionThresholdMm,
  responseThresholdMm,
  sumTargets,
  type TargetResponse,
  targetResponse,
} from '../../shared/recist/target.ts';
import { course, type Entry } from './patients.ts';

function respond(entries: Record<string, Entry>, baselineMm: number, nadirMm: number): TargetResponse {
  const { lesions, timePoints } = course(
    Object.fromEntries(Object.entries(entries).map(([id, e]) => [id, [e]])),
  );
  return targetResponse(sumTargets(lesions, timePoints[0]), { baselineMm, nadirMm }).response;
}

describe('response of the targets', () => {
  it.each<[string, Record<string, Entry>, number, number, TargetResponse]>([
    ['-30 % exactly', { A: 21 }, 30, 30, 'PR'],
    ['just short of -30 %', { A: 21.01 }, 30, 30, 'SD'],
    ['-30 % where floats fall short: 16.8 of 24', { A: 16.8 }, 24, 24, 'PR'],
    ['+20 % and 5 mm exactly', { A: 30 }, 30, 25, 'PD'],
    ['+20 % but 4.2 mm', { A: 25.2 }, 30, 21, 'SD'],
    ['+5 mm but 10 %', { A: 55 }, 60, 50, 'SD'],
    ['just short of +20 %', { A: 59.99 }, 60, 50, 'SD'],
    ['PD over the nadir although still 40 % below the baseline', { A: 60 }, 100, 50, 'PD'],
    ['growth over the baseline, which is the smallest', { A: 36 }, 30, 30, 'PD'],
    ['all gone', { A: 0, B: 'absent' }, 40, 20, 'CR'],
    ['gone but for a normal node', { A: 0, 'n:B': 9.9 }, 40, 20, 'CR'],
    ['a node of 10 mm is not normal', { A: 0, 'n:B': 10 }, 40, 20, 'PR'],
    ['normal nodes that grow, below 10 mm', { A: 0, 'n:B': 9 }, 40, 2, 'CR'],
    ['too small to measure is not gone', { A: 'too small' }, 40, 20, 'PR'],
    ['too small to measure counts 5 mm', { A: 'too small', B: 23.7 }, 41, 41, 'PR'],
    ['the same with 0.1 mm more', { A: 'too small', B: 23.8 }, 41, 41, 'SD'],
    ['a node too small to measure is normal', { 'n:A': 'too small' }, 40, 20, 'CR'],
    ['a missing target', { A: 10, B: 'not evaluated' }, 40, 40, 'NE'],
    ['a missing target where the rest is gone', { A: 0, B: 'not evaluated' }, 40, 40, 'NE'],
    ['a target merely present is not measured', { A: 10, B: 'present' }, 40, 40, 'NE'],
    [
      'PD whatever the missing target is (the example of section 4.4.2)',
      { A: 40, B: 40, C: 'not evaluated' },
      50,
      50,
      'PD',
    ],
    ['back from nothing, below 5 mm', { A: 4.9 }, 40, 0, 'PR'],
    ['back from nothing, 5 mm', { A: 5 }, 40, 0, 'PD'],
    ['merged into another target', { A: 39, B: 'merged' }, 40, 40, 'SD'],
  ])('%s', (_, entries, baselineMm, nadirMm, expected) => {
    expect(respond(entries, baselineMm, nadirMm)).toBe(expected);
  });

  it('is NE without a baseline sum, but CR when all is gone', () => {
    const { lesions, timePoints } = course({ A: [12, 0] });
    expect(targetResponse(sumTargets(lesions, timePoints[0]), undefined).response).toBe('NE');
    expect(targetResponse(sumTargets(lesions, timePoints[1]), undefined).response).toBe('CR');
  });

  const hundredths = fc.integer({ min: 1, max: 30_000 }).map((value) => value / 100);

  it('is PD exactly from 20 % and 5 mm above the smallest sum on', () => {
    fc.assert(
      fc.property(hundredths, hundredths, hundredths, (sum, nadir, above) => {
        const baseline = nadir + above;
        // in whole hundredths, where nothing is rounded
        const [s, n] = [Math.round(sum * 100), Math.round(nadir * 100)];
        const isPd = 10 * s >= 12 * n && s - n >= 500;
        expect(respond({ A: sum }, baseline, nadir) === 'PD').toBe(isPd);
        expect(sum >= progressionThresholdMm(nadir)).toBe(isPd);
      }),
    );
  });

  it('is PR exactly from 30 % below the baseline on, when it is not PD', () => {
    fc.assert(
      fc.property(hundredths, hundredths, (sum, baseline) => {
        const nadir = Math.min(sum, baseline);
        const isPr = 10 * Math.round(sum * 100) <= 7 * Math.round(baseline * 100);
        expect(respond({ A: sum }, baseline, nadir) === 'PR').toBe(isPr);
        expect(sum <= responseThresholdMm(baseline)).toBe(isPr);
      }),
    );
  });

  it('adds up to the same sum in any order', () => {
    fc.assert(
      fc.property(fc.array(hundredths, { minLength: 1, maxLength: 8 }), fc.nat(), (sizes, turn) => {
        const { lesions, timePoints } = course(Object.fromEntries(sizes.map((size, i) => [`L${i}`, [size]])));
        const turned = [...lesions.slice(turn % sizes.length), ...lesions.slice(0, turn % sizes.length)];
        expect(sumTargets(turned.reverse(), timePoints[0])).toMatchObject({
          mm: sumTargets(lesions, timePoints[0]).mm,
        });
      }),
    );
  });
});
