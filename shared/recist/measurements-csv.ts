import { DatasetError } from '../errors.ts';
import { parseCsv, type Table } from '../tables/csv.ts';
import type { Finding, Lesion, LesionRole, PatientCase, TimePoint } from './case.ts';
import { LYMPH_NODE } from './case.ts';
import { parseStudyDate } from './study-date.ts';

/** What a lesion is, by the dataset's own tables: its class and site, and the CT it was drawn on. */
export interface LesionFacts {
  /** `m,liver`, `n,mediastinum` or `t,lung` of `lesions_features.csv`, by `filename` and label value. */
  descriptions: Map<string, string>;
  /** Of `series.json`, by series uuid, mm. */
  sliceThicknessMm: Map<string, number>;
}

export const NO_FACTS: LesionFacts = { descriptions: new Map(), sliceThicknessMm: new Map() };

export function lesionKey(filename: string, labelValue: string): string {
  return `${filename}\n${labelValue}`;
}

const COMMON_COLUMNS = ['patient_id', 'study_date', 'lesion_label_alias'];
const MM_COLUMNS = ['recist_measurement_mm', 'measurement'];

const ROLES: Record<string, LesionRole> = { target: 'target', 'non-target': 'non-target', new: 'new' };

/** `fragment`: one of the parts a target has split into, whose diameters are added (section 4.3.2). */
const STATES = new Set([
  'measured',
  'fragment',
  'merged',
  'too small',
  'absent',
  'present',
  'progressed',
  'equivocal',
  'not evaluated',
]);

/** A measurement cell that says nobody measured. */
const NOT_MEASURED = new Set(['', 'NA', 'NE', 'NAN']);

/** One measurement of the table, checked. */
interface Measurement {
  patientId: string;
  date: string;
  lesionId: string;
  role: LesionRole | undefined;
  node: boolean | undefined;
  organ: string | undefined;
  sliceThicknessMm: number | undefined;
  state: string;
  mm: number | undefined;
  studyOrder: string | undefined;
}

/**
 * Reads the dataset's `recist_measurements.csv` (`recist_measurement_mm`) or pyrecist's table (`measurement`,
 * `lesion_category`). Both may have further columns: `lesion_category` target, non-target or new; `lesion_state`
 * (the states of `case.ts`, and `fragment`); `lesion_class` and `lesion_site`, where `facts` do not tell them.
 * A patient's first study is the baseline; a lesion that is first seen in a later one is new.
 * @throws TABLE_UNREADABLE naming the rows that cannot be read
 */
export function readMeasurementsCsv(text: string, key: string, facts = NO_FACTS): PatientCase[] {
  const table = parseCsv(text, key, COMMON_COLUMNS);
  const mmColumn = MM_COLUMNS.find((name) => table.columns.includes(name));
  if (mmColumn === undefined) {
    const message = `${key} has no measurements: it needs a column ${MM_COLUMNS.join(' or ')}`;
    throw new DatasetError('TABLE_UNREADABLE', message, { keys: [key] });
  }
  const measurements = checkedRows(table, key, mmColumn, facts);
  return [...Map.groupBy(measurements, ({ patientId }) => patientId)].map(([patientId, rows]) =>
    patientCase(patientId, rows, key),
  );
}

function checkedRows(table: Table, key: string, mmColumn: string, facts: LesionFacts): Measurement[] {
  const problems: string[] = [];
  const measurements = table.rows.map((row, r): Measurement => {
    const problem = (message: string) => problems.push(`line ${r + 2}: ${message}`);
    const cell = (name: string) => row[name]?.trim() || undefined;
    const text = row[mmColumn].trim();
    const mm = NOT_MEASURED.has(text.toUpperCase()) ? undefined : Number(text);
    if (mm !== undefined && !(mm >= 0 && Number.isFinite(mm)))
      problem(`${mmColumn} is ${text}, no length in mm`);
    if (parseStudyDate(row.study_date)?.day === undefined)
      problem(`study_date is ${row.study_date || 'empty'}, no date YYYYMMDD`);
    for (const name of ['patient_id', 'lesion_label_alias']) if (!cell(name)) problem(`${name} is empty`);
    const category = cell('lesion_category')?.toLowerCase();
    if (category !== undefined && !(category in ROLES))
      problem(`lesion_category is ${category}; known are ${Object.keys(ROLES).join(', ')}`);
    const state = cell('lesion_state')?.toLowerCase();
    if (state !== undefined && !STATES.has(state))
      problem(`lesion_state is ${state}; known are ${[...STATES].join(', ')}`);
    if ((state === 'measured' || state === 'fragment') && mm === undefined)
      problem(`${mmColumn} is empty, but lesion_state is ${state}`);
    const description = facts.descriptions.get(lesionKey(row.filename ?? '', row.lesion_label_value ?? ''));
    const [classOfDescription, siteOfDescription] = description?.split(',') ?? [];
    const lesionClass = cell('lesion_class') ?? classOfDescription;
    return {
      patientId: row.patient_id.trim(),
      date: row.study_date.trim(),
      lesionId: row.lesion_label_alias.trim(),
      role: category === undefined ? undefined : ROLES[category],
      node: lesionClass === undefined ? undefined : lesionClass === 'n',
      organ: lesionClass === 'n' ? LYMPH_NODE : (cell('lesion_site') ?? siteOfDescription),
      sliceThicknessMm: facts.sliceThicknessMm.get(row.uuid ?? ''),
      state: state ?? (mm === undefined ? 'not evaluated' : 'measured'),
      mm,
      studyOrder: cell('study_order'),
    };
  });
  if (problems.length) {
    const message = `${key} cannot be read:\n  ${problems.join('\n  ')}`;
    throw new DatasetError('TABLE_UNREADABLE', message, { keys: [key] });
  }
  return measurements;
}

function patientCase(patientId: string, rows: Measurement[], key: string): PatientCase {
  const studies = [...Map.groupBy(rows, ({ date }) => date)].sort(
    ([a], [b]) => (parseStudyDate(a)?.plotDay ?? 0) - (parseStudyDate(b)?.plotDay ?? 0),
  );
  const timePoints = studies.map(([date, measured], index): TimePoint => {
    const parsed = parseStudyDate(date);
    if (!parsed) throw new Error(`unchecked date ${date}`);
    const label = measured[0].studyOrder ?? (index === 0 ? 'baseline' : `follow-up-${index}`);
    return { id: date, label, date: parsed, findings: findingsOf(measured, key) };
  });
  const remarks: string[] = [];
  const labelled = timePoints.findIndex(({ label }) => label === 'baseline');
  if (labelled > 0)
    remarks.push(`study_order calls ${timePoints[labelled].id} the baseline; ${timePoints[0].id} is earlier`);
  const lesions = [...Map.groupBy(rows, ({ lesionId }) => lesionId)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, found]) => lesionOf(id, found, timePoints, remarks));
  return { patientId, lesions, timePoints, remarks };
}

function findingsOf(measured: Measurement[], key: string): Map<string, Finding> {
  const findings = new Map<string, Finding>();
  for (const { patientId, date, lesionId, state, mm } of measured) {
    const before = findings.get(lesionId);
    if (before && !(state === 'fragment' && before.state === 'measured')) {
      const message = `${key}: patient ${patientId} has lesion ${lesionId} twice on ${date}; give the parts of a split lesion the lesion_state fragment`;
      throw new DatasetError('TABLE_UNREADABLE', message, { keys: [key] });
    }
    findings.set(lesionId, findingOfState(state, (mm ?? 0) + (before?.state === 'measured' ? before.mm : 0)));
  }
  return findings;
}

function findingOfState(state: string, mm: number): Finding {
  switch (state) {
    case 'measured':
    case 'fragment':
      return { state: 'measured', mm };
    case 'merged':
    case 'too small':
    case 'absent':
    case 'present':
    case 'progressed':
    case 'equivocal':
      return { state };
    default:
      return { state: 'not evaluated' };
  }
}

/** The lesion as its first study has it; what later studies say otherwise is remarked. */
function lesionOf(id: string, found: Measurement[], timePoints: TimePoint[], remarks: string[]): Lesion {
  const first = found.toSorted((a, b) => orderOf(timePoints, a) - orderOf(timePoints, b))[0];
  const atBaseline = first.date === timePoints[0].id;
  if (!atBaseline && first.role !== 'new')
    remarks.push(`${id} is first seen on ${first.date}, after the baseline: counted as a new lesion`);
  if (atBaseline && first.role === 'new')
    remarks.push(`${id} is called new at the baseline: counted as a non-target`);
  for (const later of found)
    if (later.node !== undefined && first.node !== undefined && later.node !== first.node) {
      const [then, now] = [first.node, later.node].map((node) => (node ? LYMPH_NODE : 'no lymph node'));
      remarks.push(`${id} is ${then} on ${first.date} and ${now} on ${later.date}: counted as the first`);
    }
  if (first.node === undefined) remarks.push(`the class of ${id} is unknown: counted as no lymph node`);
  const roleAtBaseline = first.role === 'new' ? 'non-target' : (first.role ?? 'target');
  return {
    id,
    role: atBaseline ? roleAtBaseline : 'new',
    node: first.node ?? false,
    ...(first.organ === undefined ? {} : { organ: first.organ }),
    ...(first.sliceThicknessMm === undefined ? {} : { sliceThicknessMm: first.sliceThicknessMm }),
  };
}

function orderOf(timePoints: TimePoint[], { date }: Measurement): number {
  return timePoints.findIndex(({ id }) => id === date);
}
