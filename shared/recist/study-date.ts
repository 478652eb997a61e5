/** A date as the table has it. `day` counts days since 1970-01-01; a partial date (`2014-02`) has none. */
export interface StudyDate {
  text: string;
  day?: number;
  /** Where a picture puts it: `day`, or the middle of what a partial date covers. */
  plotDay: number;
}

const MS_PER_DAY = 86_400_000;

/** Reads `20190220`, `2019-02-20` (a time may follow), `2019-02` and `2019`; undefined for anything else. */
export function parseStudyDate(text: string): StudyDate | undefined {
  const match = /^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:T.*)?)?)?$/.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  if (year === undefined) return undefined;
  if (month === undefined) return { text, plotDay: dayNumber(year, 7, 1) };
  if (month < 1 || month > 12) return undefined;
  if (day === undefined) return { text, plotDay: dayNumber(year, month, 15) };
  const complete = dayNumber(year, month, day);
  // the calendar turns 30 February into 2 March: no such day
  if (new Date(complete * MS_PER_DAY).getUTCDate() !== day) return undefined;
  return { text, day: complete, plotDay: complete };
}

/** Whole days, undefined when either date is partial. */
export function daysBetween(from: StudyDate, to: StudyDate): number | undefined {
  return from.day === undefined || to.day === undefined ? undefined : to.day - from.day;
}

function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / MS_PER_DAY;
}
