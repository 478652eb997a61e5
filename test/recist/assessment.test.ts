import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessPatient } from '../../shared/recist/assessment.ts';
import type { PatientCase } from '../../shared/recist/case.ts';
import { course, type Entry, patientOf } from './patients.ts';

const overall = (patient: PatientCase) =>
  assessPatient(patient).followUps.map((followUp) => followUp.overall);

describe('time points of a patient', () => {
  it('compares with the smallest complete sum before, not with an incomplete one', () => {
    const patient = course({ A: [30, 'not evaluated', 30, 36], B: [30, 20, 30, 36] });
    expect(overall(patient)).toEqual(['NE', 'SD', 'PD']);
    expect(assessPatient(patient).followUps.map(({ nadir }) => nadir?.mm)).toEqual([60, 60, 60]);
  });

  it('does not count the sum of a time point as its own nadir', () => {
    expect(overall(course({ A: [100, 50, 61] }))).toEqual(['PR', 'PD']);
  });

  it('counts disease after CR as PD, even below 5 mm', () => {
    const { followUps, progression } = assessPatient(course({ A: [40, 0, 4] }));
    expect(followUps.map((followUp) => [followUp.byTable, followUp.overall])).toEqual([
      ['CR', 'CR'],
      ['PR', 'PD'],
    ]);
    expect(followUps[1].reasons.at(-1)).toEqual({ rule: 'reappearance', detail: 'A seen after CR' });
    expect(progression?.causes).toEqual(['A seen after CR']);
  });

  it('counts a node after CR only from 10 mm on', () => {
    expect(overall(course({ 'n:A': [20, 8, 9.5, 10] }))).toEqual(['CR', 'CR', 'PD']);
  });

  it('adds a lesion that comes back without a CR before to the sum', () => {
    expect(overall(course({ A: [40, 0, 4], B: [40, 30, 30] }))).toEqual(['PR', 'PR']);
    expect(overall(course({ A: [40, 0, 4], '-B': ['present', 'present', 'present'] }))).toEqual(['PR', 'PR']);
  });

  it('counts a non-target that comes back after CR', () => {
    const patient = course({ A: [40, 0, 0], '-B': ['present', 'absent', 'present'] });
    expect(overall(patient)).toEqual(['CR', 'PD']);
  });

  it('lets an equivocal new lesion wait, and dates it back once it is confirmed', () => {
    const waiting = course({ A: [40, 40, 40], '+N': ['absent', 'equivocal', 'absent'] });
    expect(overall(waiting)).toEqual(['SD', 'SD']);
    const confirmed = course({ A: [40, 40, 40, 40], '+N': ['absent', 'equivocal', 'equivocal', 'present'] });
    expect(overall(confirmed)).toEqual(['PD', 'PD', 'PD']);
    expect(assessPatient(confirmed).progression?.date.text).toBe('2020-02-03');
  });

  it('takes no node below 10 mm for a new lesion', () => {
    expect(overall(course({ A: [40, 40], 'n:+N': ['absent', 9] }))).toEqual(['SD']);
    expect(overall(course({ A: [40, 40], 'n:+N': ['absent', 11] }))).toEqual(['PD']);
  });

  it('judges a patient with non-targets only by Table 2', () => {
    const patient = course({ '-A': ['present', 'present', 'absent'], '-B': ['present', 'absent', 'absent'] });
    expect(overall(patient)).toEqual(['NON-CR/NON-PD', 'CR']);
    expect(assessPatient(patient).best.confirmed.response).toBe('NON-CR/NON-PD');
  });

  it('judges time points after PD, and does not count them', () => {
    const { followUps, best } = assessPatient(course({ A: [40, 60, 20, 20] }));
    expect(followUps.map((followUp) => followUp.overall)).toEqual(['PD', 'PR', 'PR']);
    expect(followUps.map(({ afterProgression }) => afterProgression)).toEqual([false, true, true]);
    expect(best.confirmed.response).toBe('PD');
  });

  it('is NE throughout without a complete baseline', () => {
    expect(overall(course({ A: ['not evaluated', 20], B: [20, 20] }))).toEqual(['NE']);
  });
});

describe('dates and durations', () => {
  const dates = ['20200101', '20200301', '20200501', '20200701', '20201001'];

  it('counts the response from its first time point until progression', () => {
    const { best, progression, untilProgression, completeResponse } = assessPatient(
      patientOf(dates, { A: [40, 25, 0, 0, 12] }),
    );
    expect(best.confirmed).toMatchObject({ response: 'CR', duration: { days: 214, ended: true } });
    expect(best.confirmed.duration?.from.text).toBe('20200301');
    expect(completeResponse).toMatchObject({ from: { text: '20200501' }, days: 153, ended: true });
    expect(untilProgression).toMatchObject({ days: 274, ended: true });
    expect(progression?.date.text).toBe('20201001');
  });

  it('counts until the last evaluated time point where nothing has progressed', () => {
    const { best, progression, untilProgression } = assessPatient(
      patientOf(dates, { A: [40, 25, 25, 24, 'not evaluated'] }),
    );
    expect(progression).toBeUndefined();
    expect(best.confirmed.duration).toMatchObject({ to: { text: '20200701' }, days: 122, ended: false });
    expect(untilProgression).toMatchObject({ days: 182, ended: false });
  });

  it('gives no days over a partial date', () => {
    const { untilProgression } = assessPatient(patientOf(['2020-01-01', '2020-03'], { A: [40, 60] }));
    expect(untilProgression).toMatchObject({ to: { text: '2020-03' }, days: undefined, ended: true });
  });

  it('confirms after the days it is told', () => {
    const patient = patientOf(['20200101', '20200301', '20200401'], { A: [40, 20, 20] });
    const options = { confirmationDays: 31, minimumStableDays: 0 };
    expect(assessPatient(patient, options).best.confirmed.response).toBe('PR');
    expect(assessPatient(patient, { ...options, confirmationDays: 32 }).best.confirmed.response).toBe('SD');
  });
});

it('does not depend on the order of the lesions', () => {
  const entry: fc.Arbitrary<Entry> = fc.oneof(
    fc.integer({ min: 0, max: 800 }).map((value) => value / 10),
    fc.constantFrom<Entry>('too small', 'absent', 'not evaluated'),
  );
  const rows = fc.array(fc.array(entry, { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.boolean(), (targets, nodes) => {
      const entries = targets.map((row, i): [string, Entry[]] => [`${nodes && i % 2 ? 'n:' : ''}L${i}`, row]);
      const responses = overall(course(Object.fromEntries(entries)));
      expect(overall(course(Object.fromEntries(entries.reverse())))).toEqual(responses);
    }),
  );
});
