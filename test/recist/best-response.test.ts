import { describe, expect, it } from 'vitest';
import { bestOverallResponse } from '../../shared/recist/best-response.ts';
import type { OverallResponse } from '../../shared/recist/overall.ts';

/** Responses in a row, the first on `first`, then every `every` days. */
function best(
  responses: string,
  { confirmed = true, minimumStableDays = 42, first = 56, every = 28, nonTargetOnly = false } = {},
): OverallResponse {
  const followUps = responses.split(' ').map((response, i) => ({
    response: (response === 'NN' ? 'NON-CR/NON-PD' : response) as OverallResponse,
    day: first + i * every,
  }));
  const confirmationDays = confirmed ? 28 : undefined;
  return bestOverallResponse(followUps, { confirmationDays, minimumStableDays, nonTargetOnly }).response;
}

describe('best overall response with confirmation: Table 3 of Eisenhauer 2009', () => {
  // the two time points; best when the minimum for SD is met at both, and when it is met at none
  it.each([
    ['CR CR', 'CR', 'CR'],
    // footnote a: disease after a CR is PD
    ['CR PR', 'SD', 'PD'],
    ['CR SD', 'SD', 'PD'],
    ['CR PD', 'SD', 'PD'],
    ['CR NE', 'SD', 'NE'],
    ['PR CR', 'PR', 'PR'],
    ['PR PR', 'PR', 'PR'],
    ['PR SD', 'SD', 'NE'],
    ['PR PD', 'SD', 'PD'],
    ['PR NE', 'SD', 'NE'],
    ['NE NE', 'NE', 'NE'],
    ['SD SD', 'SD', 'NE'],
    ['SD PD', 'SD', 'PD'],
    ['PD PD', 'PD', 'PD'],
    ['NE PD', 'PD', 'PD'],
  ])('%s', (responses, late, early) => {
    expect(best(responses)).toBe(late);
    expect(best(responses, { minimumStableDays: 1000 })).toBe(early);
  });

  it.each([
    ['PR NE PR', 'PR'],
    ['PR NE NE PR', 'SD'],
    ['PR SD PR', 'SD'],
    ['PR SD PR PR', 'PR'],
    ['CR NE CR', 'CR'],
    ['PR CR CR', 'CR'],
    ['SD PR PD', 'SD'],
    ['SD PR PR PD CR CR', 'PR'],
    ['PD PR PR', 'PD'],
  ])('%s', (responses, expected) => expect(best(responses)).toBe(expected));

  it('takes a response as confirmed four weeks later, not before', () => {
    expect(best('PR PR', { every: 28 })).toBe('PR');
    expect(best('PR PR', { every: 27 })).toBe('SD');
    expect(best('PR PR PR', { every: 27 })).toBe('PR');
  });

  it('does not confirm over a partial date', () => {
    const rules = { confirmationDays: 28, minimumStableDays: 0, nonTargetOnly: false };
    const followUps = [
      { response: 'PR' as const, day: 30 },
      { response: 'PR' as const, day: undefined },
    ];
    expect(bestOverallResponse(followUps, rules).response).toBe('SD');
  });
});

describe('best overall response without confirmation: section 4.4.3', () => {
  it.each([
    // the guideline's examples
    ['SD PR PD', 'PR'],
    ['CR PD', 'CR'],
    ['PR CR', 'CR'],
    ['SD', 'SD'],
    ['NE SD', 'SD'],
    ['NE', 'NE'],
    ['PD PR', 'PD'],
  ])('%s', (responses, expected) => expect(best(responses, { confirmed: false })).toBe(expected));

  it('takes SD only after the minimum time from the baseline', () => {
    const early = { confirmed: false, first: 30, minimumStableDays: 42 };
    expect(best('SD PD', early)).toBe('PD');
    expect(best('SD', early)).toBe('NE');
    expect(best('SD SD', early)).toBe('SD');
  });

  it('is NE without a follow-up', () => {
    const rules = { confirmationDays: undefined, minimumStableDays: 0, nonTargetOnly: false };
    expect(bestOverallResponse([], rules)).toMatchObject({ response: 'NE', index: undefined });
  });
});

it('calls persisting disease non-CR/non-PD where there is no target', () => {
  expect(best('NN NN PD', { nonTargetOnly: true })).toBe('NON-CR/NON-PD');
  expect(best('CR NN', { nonTargetOnly: true })).toBe('NON-CR/NON-PD');
  expect(best('NN CR CR', { nonTargetOnly: true })).toBe('CR');
});

it('dates the response from its first CR or PR', () => {
  const rules = { confirmationDays: 28, minimumStableDays: 0, nonTargetOnly: false };
  const followUps = ['SD', 'PR', 'SD', 'PR', 'CR', 'CR'].map((response, i) => ({
    response: response as OverallResponse,
    day: 28 * (i + 1),
  }));
  expect(bestOverallResponse(followUps, rules)).toMatchObject({ response: 'CR', index: 3 });
  expect(bestOverallResponse(followUps, { ...rules, confirmationDays: undefined })).toMatchObject({
    index: 1,
  });
});
