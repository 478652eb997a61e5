import { DatasetError } from '../errors.ts';
import { parseCsv } from '../tables/csv.ts';
import {
  type Finding,
  type Lesion,
  type LesionRole,
  LYMPH_NODE,
  type PatientCase,
  type TimePoint,
} from './case.ts';
import { parseStudyDate } from './study-date.ts';

type Row = Record<string, string>;

const TU_COLUMNS = ['USUBJID', 'TULNKID', 'TULOC', 'TUTESTCD', 'TUSTRESC'];
const TR_COLUMNS = ['USUBJID', 'TRLNKID', 'TRTESTCD', 'TRSTRESC', 'VISITNUM', 'TRDTC'];
const RS_COLUMNS = ['USUBJID', 'RSTESTCD', 'RSSTRESC', 'VISITNUM'];

/** Whether a table is an SDTM Tumor Results (TR) domain. */
export function isTumorResults(text: string, key: string): boolean {
  return parseCsv(text, key, []).columns.includes('TRTESTCD');
}

/** Short axis of a lymph node and longest diameter of other lesions, the preferred test first (TRTESTCD). */
const NODE_TESTS = ['SAXIS', 'LPERP', 'DIAMETER'];
const LESION_TESTS = ['LDIAM', 'DIAMETER'];
const STATE_TESTS = ['TUMSTATE', 'LESSTATE'];

const MM_PER_UNIT: Record<string, number> = { mm: 1, cm: 10 };

/** TRSTRESC of tumour states and of sizes that are not numbers. */
const STATES: Record<string, Exclude<Finding['state'], 'measured'>> = {
  PRESENT: 'present',
  ABSENT: 'absent',
  UNEQUIVOCAL: 'present',
  EQUIVOCAL: 'equivocal',
  PROGRESSED: 'progressed',
  'UNEQUIVOCAL PROGRESSION': 'progressed',
  'TOO SMALL TO MEASURE': 'too small',
  COALESCED: 'merged',
  INEVALUABLE: 'not evaluated',
  'NOT EVALUABLE': 'not evaluated',
  NE: 'not evaluated',
};

/**
 * Reads the CDISC SDTM domains TU (which lesions there are) and TR (what was measured): one case a subject and
 * evaluator (TREVAL, TREVALID). The first visit is the baseline. Nodes are the lesions whose TULOC is LYMPH NODE.
 * Sums and other results that are not of one lesion are not read: they are added up anew.
 * @throws TABLE_UNREADABLE naming what cannot be read
 */
export function readSdtm(
  tu: { text: string; key: string },
  tr: { text: string; key: string },
): PatientCase[] {
  const identified = new Map<string, Row>();
  for (const row of parseCsv(tu.text, tu.key, TU_COLUMNS).rows)
    if (row.TUTESTCD === 'TUMIDENT') identified.set(lesionKey(row, 'TU', row.TULNKID), row);
  const results = parseCsv(tr.text, tr.key, TR_COLUMNS).rows.filter(({ TRLNKID }) => known(TRLNKID));
  const problems: string[] = [];
  const cases = [...Map.groupBy(results, (row) => caseKey(row, 'TR')).values()].map((rows): PatientCase => {
    const evaluator = evaluatorOf(rows[0], 'TR');
    const lesions = [...new Set(rows.map(({ TRLNKID }) => TRLNKID))]
      .sort()
      .map((id) => lesionOf(id, identified.get(lesionKey(rows[0], 'TR', id)), rows[0], tu.key, problems));
    const visits = [...Map.groupBy(rows, ({ VISITNUM }) => VISITNUM)].sort(
      ([a], [b]) => Number(a) - Number(b),
    );
    const timePoints = visits.map(([visit, atVisit]) =>
      timePointOf(visit, atVisit, lesions, tr.key, problems),
    );
    const baseline = timePoints[0].findings;
    const remarks = lesions
      .filter(({ id, role }) => role === 'new' && baseline.has(id))
      .map(({ id }) => `${id} is called new, but was recorded at the baseline`);
    return {
      patientId: rows[0].USUBJID,
      ...(evaluator === undefined ? {} : { evaluator }),
      lesions,
      timePoints,
      remarks,
    };
  });
  if (problems.length) {
    const message = `the TU and TR tables cannot be read:\n  ${[...new Set(problems)].join('\n  ')}`;
    throw new DatasetError('TABLE_UNREADABLE', message, { keys: [tr.key, tu.key] });
  }
  return cases;
}

function lesionOf(id: string, row: Row | undefined, of: Row, key: string, problems: string[]): Lesion {
  const identified = row?.TUSTRESC.trim().toUpperCase() ?? '';
  const role = roleOf(identified);
  if (!row) problems.push(`${key} does not identify lesion ${id} of ${caseKey(of, 'TR')}`);
  else if (!role)
    problems.push(`${key}: lesion ${id} is ${identified}, neither TARGET nor NON-TARGET nor NEW`);
  const organ = row?.TULOC.trim().toLowerCase() ?? '';
  return { id, role: role ?? 'target', node: organ === LYMPH_NODE, ...(known(organ) ? { organ } : {}) };
}

function roleOf(identified: string): LesionRole | undefined {
  if (identified === 'TARGET') return 'target';
  if (identified === 'NON-TARGET') return 'non-target';
  return identified.startsWith('NEW') ? 'new' : undefined;
}

function timePointOf(
  visit: string,
  rows: Row[],
  lesions: Lesion[],
  key: string,
  problems: string[],
): TimePoint {
  const dated = rows.find(({ TRDTC }) => parseStudyDate(TRDTC)) ?? rows[0];
  const date = parseStudyDate(dated.TRDTC);
  if (!date) problems.push(`${key}: visit ${visit} of ${caseKey(rows[0], 'TR')} has no date (TRDTC)`);
  const findings = new Map<string, Finding>();
  for (const lesion of lesions) {
    const found = rows.filter(({ TRLNKID }) => TRLNKID === lesion.id);
    const finding = found.length ? findingOfRows(lesion, found, key, problems) : undefined;
    if (finding) findings.set(lesion.id, finding);
  }
  const label = known(dated.VISIT) ? dated.VISIT : `visit ${visit}`;
  return { id: visit, label, date: date ?? { text: dated.TRDTC, plotDay: 0 }, findings };
}

/** The finding of the preferred test; a state where nothing was measured. */
function findingOfRows(lesion: Lesion, rows: Row[], key: string, problems: string[]): Finding | undefined {
  const tests = [...(lesion.node ? NODE_TESTS : LESION_TESTS), ...STATE_TESTS];
  for (const test of tests) {
    const row = rows.find(({ TRTESTCD }) => TRTESTCD === test);
    if (!row) continue;
    const where = `${key}: ${test} of lesion ${lesion.id} of ${row.USUBJID}, visit ${row.VISITNUM},`;
    if (row.TRSTAT === 'NOT DONE' || !known(row.TRSTRESC)) return { state: 'not evaluated' };
    const state = STATES[row.TRSTRESC.trim().toUpperCase()];
    if (state) return { state };
    const number = Number(row.TRSTRESC);
    const factor = MM_PER_UNIT[known(row.TRSTRESU) ? row.TRSTRESU : 'mm'];
    if (factor === undefined) problems.push(`${where} is in ${row.TRSTRESU}, neither mm nor cm`);
    else if (!(number >= 0) || STATE_TESTS.includes(test))
      problems.push(`${where} is ${row.TRSTRESC}, which is not a known term`);
    else return { state: 'measured', mm: number * factor };
  }
  return undefined;
}

/** The responses of the RS domain that one can compare with: TRGRESP, NTRGRESP and OVRLRESP by RECIST 1.1. */
export interface RecordedResponses {
  /** By `responseKey`. */
  responses: Map<string, string>;
  /** Rows by other criteria, such as iRECIST. */
  otherCriteria: number;
}

export function readResponses(text: string, key: string): RecordedResponses {
  const responses = new Map<string, string>();
  let otherCriteria = 0;
  for (const row of parseCsv(text, key, RS_COLUMNS).rows) {
    if (known(row.RSCAT) && !row.RSCAT.toUpperCase().startsWith('RECIST')) otherCriteria++;
    else if (known(row.RSSTRESC)) {
      const id = responseKey(row.USUBJID, evaluatorOf(row, 'RS'), row.VISITNUM, row.RSTESTCD);
      responses.set(id, row.RSSTRESC.trim().toUpperCase());
    }
  }
  return { responses, otherCriteria };
}

export function responseKey(
  patientId: string,
  evaluator: string | undefined,
  visit: string,
  test: string,
): string {
  return [patientId, evaluator ?? '', visit, test].join('\n');
}

function caseKey(row: Row, domain: 'TU' | 'TR'): string {
  return [row.USUBJID, evaluatorOf(row, domain)].filter(known).join(', ');
}

function lesionKey(row: Row, domain: 'TU' | 'TR', id: string): string {
  return `${caseKey(row, domain)}\n${id}`;
}

/** `INDEPENDENT ASSESSOR / RADIOLOGIST 1`: who measured, and which of them. */
function evaluatorOf(row: Row, domain: 'TU' | 'TR' | 'RS'): string | undefined {
  const parts = [row[`${domain}EVAL`], row[`${domain}EVALID`]].filter(known);
  return parts.length ? parts.join(' / ') : undefined;
}

/** Empty cells, also as R writes them. */
function known(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== 'NA';
}
