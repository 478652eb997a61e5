import type { Finding, Lesion, PatientCase } from '../../shared/recist/case.ts';
import { parseStudyDate, type StudyDate } from '../../shared/recist/study-date.ts';

export type Entry = number | Exclude<Finding['state'], 'measured'>;

/** Lesions by id: targets by default, `n:` nodes, `-` non-targets and `+` new ones, as `n:-E`. */
export function patientOf(dates: string[], entries: Record<string, Entry[]>): PatientCase {
  const lesions = Object.keys(entries).map((name): Lesion => {
    const id = name.replace(/^(n:)?[-+]?/, '');
    const role = name.includes('-') ? 'non-target' : name.includes('+') ? 'new' : 'target';
    return { id, role, node: name.startsWith('n:') };
  });
  const timePoints = dates.map((text, t) => ({
    id: text,
    label: t === 0 ? 'baseline' : `follow-up-${t}`,
    date: dateOf(text),
    findings: new Map(
      Object.values(entries).map((row, i): [string, Finding] => [lesions[i].id, findingOf(row[t])]),
    ),
  }));
  return { patientId: '1', lesions, timePoints, remarks: [] };
}

/** A patient seen every four weeks. */
export function course(entries: Record<string, Entry[]>): PatientCase {
  const count = Math.max(...Object.values(entries).map((row) => row.length));
  const start = Date.UTC(2020, 0, 6);
  const dates = Array.from({ length: count }, (_, t) =>
    new Date(start + t * 28 * 86_400_000).toISOString().slice(0, 10),
  );
  return patientOf(dates, entries);
}

export function dateOf(text: string): StudyDate {
  const date = parseStudyDate(text);
  if (!date) throw new Error(`no date: ${text}`);
  return date;
}

function findingOf(entry: Entry | undefined): Finding {
  if (typeof entry === 'number') return { state: 'measured', mm: entry };
  return { state: entry ?? 'not evaluated' };
}
