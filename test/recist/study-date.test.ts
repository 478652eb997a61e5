import { expect, it } from 'vitest';
import { daysBetween, parseStudyDate } from '../../shared/recist/study-date.ts';
import { dateOf } from './patients.ts';

it.each(['20200229', '2020-02-29', '2020-02-29T10:30'])('reads %s', (text) => {
  expect(parseStudyDate(text)).toEqual({ text, day: 18321, plotDay: 18321 });
});

it('reads partial dates without a day', () => {
  expect(parseStudyDate('2020-02')?.day).toBeUndefined();
  expect(parseStudyDate('2020')?.day).toBeUndefined();
  expect(daysBetween(dateOf('2020-01-01'), dateOf('2020-02'))).toBeUndefined();
});

it.each(['', '2021-02-29', '20201301', '2020-00', '29.2.2020', 'NA'])('refuses %j', (text) => {
  expect(parseStudyDate(text)).toBeUndefined();
});

it('counts days', () => {
  expect(daysBetween(dateOf('20191231'), dateOf('20200301'))).toBe(61);
});
