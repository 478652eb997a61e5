import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assessPatient, DEFAULT_OPTIONS } from '../../shared/recist/assessment.ts';
import { readMeasurementsCsv } from '../../shared/recist/measurements-csv.ts';
import { assessmentReport } from '../../shared/recist/report.ts';
import { timelinePicture } from '../../shared/recist/timeline.ts';
import { parseCsv } from '../../shared/tables/csv.ts';
import { course } from './patients.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const assess = (name: string) =>
  readMeasurementsCsv(fixture(name), name).map((patient) => assessPatient(patient));
const OPTIONS = { ...DEFAULT_OPTIONS, compat: undefined, agreement: undefined };

describe('report of an assessment', () => {
  const files = assessmentReport(assess('course.csv'), OPTIONS);

  it('has the responses of a patient with every kind of lesion', () => {
    const rows = parseCsv(files['time_points.csv'], 't', []).rows.slice(1);
    expect(
      rows.map((row) => [
        row.target_response,
        row.non_target_response,
        row.new_lesions,
        row.overall_response,
      ]),
    ).toEqual([
      ['PR', 'NON-CR/NON-PD', '', 'PR'],
      ['PR', 'NON-CR/NON-PD', '', 'PR'],
      ['NE', 'NON-CR/NON-PD', '', 'NE'],
      ['PR', 'NON-CR/NON-PD', 'F', 'PD'],
      ['PD', 'PD', 'F', 'PD'],
    ]);
    expect(rows.map(({ sum_mm }) => sum_mm)).toEqual(['62', '37', '', '30', '46']);
    expect(rows[2]).toMatchObject({
      measured_sum_mm: '30',
      not_evaluated: 'B',
      change_from_baseline_percent: '',
    });
  });

  it('cites the guideline for every response', () => {
    for (const row of parseCsv(files['time_points.csv'], 't', []).rows.slice(1))
      expect(row.citations).toMatch(/Eisenhauer 2009, section 4\.3.*Table 1/);
    const { patients } = JSON.parse(files['assessments.json']);
    for (const { followUps, best } of patients) {
      for (const { reasons } of followUps)
        for (const { citation } of reasons) expect(citation).toContain('Eisenhauer 2009');
      expect(best.confirmed).toMatchObject({
        response: 'PR',
        citation: expect.stringContaining('Table 3'),
        duration: {
          from: '20210215',
          to: '20210621',
          days: 126,
          ended: true,
          citation: expect.stringContaining('section 4.6.2'),
        },
      });
    }
  });

  it('sums up a patient in one row', () => {
    expect(parseCsv(files['patients.csv'], 'p', []).rows).toEqual([
      expect.objectContaining({
        patient_id: 'P-7',
        baseline_sum_mm: '91.5',
        best_response: 'PR',
        best_response_confirmed: 'PR',
        confirmed_response_date: '20210215',
        progression_date: '20210621',
        progression_causes: 'new lesion F, confirmed by a later scan',
        days_until_progression: '168',
        censored: 'False',
      }),
    ]);
  });

  it("gives pyrecist's responses on request, and lists where they differ", () => {
    const compat = assessmentReport(assess('pyrecist_measurements.csv'), { ...OPTIONS, compat: 'pyrecist' });
    const rows = parseCsv(compat['time_points.csv'], 't', []).rows.slice(1);
    expect(rows.map((row) => `${row.overall_response} ${row.recist_1_1_response}`)).toEqual([
      'SD SD',
      'PR PR',
      'PR SD',
      'PD PD',
      ' PD',
    ]);
    expect(
      parseCsv(compat['differences.csv'], 'd', []).rows.map(({ date, because }) => [date, because]),
    ).toEqual([
      ['20230301', expect.stringContaining('once PR, always PR until PD')],
      ['20230901', expect.stringContaining('nothing is classified after PD')],
    ]);
    expect(compat['timelines/1.svg']).not.toBe(
      assessmentReport(assess('pyrecist_measurements.csv'), OPTIONS)['timelines/1.svg'],
    );
  });

  it('names the pictures safely and apart', () => {
    const names = ['a/1', 'a-1', '../../A 1'].map((patientId) => ({
      ...assessPatient(course({ A: [20, 20] })),
      patient: { ...course({ A: [20, 20] }), patientId },
    }));
    const pictures = Object.keys(assessmentReport(names, OPTIONS)).filter((name) => name.endsWith('.svg'));
    expect(pictures).toEqual(['timelines/a-1.svg', 'timelines/a-1_2.svg', 'timelines/-A-1.svg']);
  });

  it('is the same every time', () => {
    expect(assessmentReport(assess('course.csv'), OPTIONS)).toEqual(files);
  });
});

describe('timeline', () => {
  it.each<[string, Parameters<typeof course>[0]]>([
    ['targets', { A: [40, 20, 30] }],
    ['non-targets only', { '-A': ['present', 'absent'] }],
    ['a baseline and no more', { A: [40] }],
    ['an incomplete baseline', { A: ['not evaluated', 20], B: [20, 20] }],
    ['sums of nothing', { A: [0, 0] }],
  ])('is a picture without a figure that is none: %s', (_, entries) => {
    const svg = timelinePicture(assessPatient(course(entries)));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="900" height="\d+"/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('shows sums, responses, the nadir and the dates', () => {
    const svg = timelinePicture(assessPatient(course({ A: [40, 20, 30] })));
    for (const words of ['40', '20', '30', 'PR', 'PD', '2020-01-06', 'day 56', 'nadir'])
      expect(svg).toContain(`>${words}<`);
  });

  it('writes names as text, whatever is in them', () => {
    const patient = { ...course({ A: [40, 20] }), patientId: '<b>"1" & co</b>' };
    expect(timelinePicture(assessPatient(patient))).toContain(
      'Patient &lt;b&gt;&quot;1&quot; &amp; co&lt;/b&gt;',
    );
  });
});

it('is what the docs show', () => {
  const shown = readFileSync(new URL('../../docs/images/assess-timeline.svg', import.meta.url), 'utf8');
  expect(assessmentReport(assess('course.csv'), OPTIONS)['timelines/P-7.svg']).toBe(shown);
});
