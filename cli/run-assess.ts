import * as z from 'zod/mini';
import { DatasetError } from '../shared/errors.ts';
import {
  agreementReport,
  FEATURES_COLUMNS,
  PUBLISHED_RECIST_COLUMNS,
  type TableText,
} from '../shared/recist/agreement-report.ts';
import { assessPatient, type PatientAssessment } from '../shared/recist/assessment.ts';
import type { PatientCase } from '../shared/recist/case.ts';
import {
  type LesionFacts,
  lesionKey,
  NO_FACTS,
  readMeasurementsCsv,
} from '../shared/recist/measurements-csv.ts';
import { assessmentReport } from '../shared/recist/report.ts';
import { compareResponses, type ResponseAgreement } from '../shared/recist/rs-agreement.ts';
import { isTumorResults, readResponses, readSdtm } from '../shared/recist/sdtm.ts';
import { getJson, getText, utf8 } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { parseCsv } from '../shared/tables/csv.ts';

export interface AssessOptions {
  features?: string[];
  series?: string;
  tu?: string;
  rs?: string;
  confirmationDays: number;
  minSdDays: number;
  compat?: 'pyrecist';
}

/** Reads the tables, assesses every patient, writes the report and prints what came out. */
export async function runAssess(recistPath: string, out: string, options: AssessOptions): Promise<void> {
  const recist = await readTable(recistPath);
  const features = await Promise.all((options.features ?? []).map(readTable));
  const patients = await readPatients(recist, features, options);
  if (patients.length === 0)
    throw new DatasetError('NOTHING_USABLE', `${recistPath} has no measurements`, { keys: [recistPath] });
  const rules = { confirmationDays: options.confirmationDays, minimumStableDays: options.minSdDays };
  const assessments = patients.map((patient) => assessPatient(patient, rules));
  const recorded = options.rs === undefined ? undefined : await readTable(options.rs);
  const agreement = recorded && compareResponses(assessments, readResponses(recorded.text, recorded.key));
  const files = {
    ...assessmentReport(assessments, { ...rules, compat: options.compat, agreement }),
    ...(features.length
      ? await agreementReport(
          rowsOf(recist, PUBLISHED_RECIST_COLUMNS),
          features.map((table) => rowsOf(table, FEATURES_COLUMNS)),
        )
      : {}),
  };
  const store = await openStore(out);
  for (const [name, text] of Object.entries(files)) await store.put(name, utf8(text));
  process.stdout.write(closingTable(assessments, agreement, `${out}: ${Object.keys(files).length} files`));
}

function rowsOf({ text, key }: TableText, columns: string[]): Record<string, string>[] {
  return parseCsv(text, key, columns).rows;
}

async function readPatients(
  recist: TableText,
  features: TableText[],
  options: AssessOptions,
): Promise<PatientCase[]> {
  if (!isTumorResults(recist.text, recist.key)) {
    for (const name of ['tu', 'rs'] as const)
      if (options[name] !== undefined)
        throw new DatasetError(
          'USAGE',
          `--${name} goes with a CDISC TR table; ${recist.key} has no TRTESTCD`,
        );
    return readMeasurementsCsv(recist.text, recist.key, await readFacts(features, options.series));
  }
  if (options.tu === undefined)
    throw new DatasetError('USAGE', `${recist.key} is a CDISC TR table: name its TU table with --tu`);
  if (features.length || options.series !== undefined)
    throw new DatasetError('USAGE', '--features and --series go with recist_measurements.csv');
  return readSdtm(await readTable(options.tu), recist);
}

async function readFacts(features: TableText[], seriesPath: string | undefined): Promise<LesionFacts> {
  const columns = ['filename', 'label_value', 'label_description'];
  const rows = features.flatMap(({ key, text }) => parseCsv(text, key, columns).rows);
  const descriptions = new Map(
    rows.map((row) => [lesionKey(row.filename, row.label_value), row.label_description]),
  );
  if (seriesPath === undefined) return { ...NO_FACTS, descriptions };
  const { folder, name } = split(seriesPath);
  const schema = z.array(z.object({ uuid: z.string(), slice_thickness: z.nullish(z.coerce.number()) }));
  const series = await getJson(await openStore(folder), name, schema);
  const thick = series.flatMap(({ uuid, slice_thickness }): [string, number][] =>
    slice_thickness ? [[uuid, slice_thickness]] : [],
  );
  return { descriptions, sliceThicknessMm: new Map(thick) };
}

async function readTable(path: string): Promise<TableText> {
  const { folder, name } = split(path);
  return { key: path, text: await getText(await openStore(folder), name) };
}

/** A path or URL as the store it is in and its key there. */
function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/');
  return slash < 0
    ? { folder: '.', name: path }
    : { folder: path.slice(0, slash) || '/', name: path.slice(slash + 1) };
}

const SHOWN = 20;

function closingTable(
  assessments: PatientAssessment[],
  agreement: ResponseAgreement | undefined,
  written: string,
): string {
  const header = ['patient', 'follow-ups', 'best', 'confirmed', 'progression', 'checks'];
  const rows = assessments
    .slice(0, SHOWN)
    .map(({ patient, followUps, best, progression, checks }) => [
      [patient.patientId, patient.evaluator].filter((part) => part !== undefined).join(' '),
      String(followUps.length),
      best.unconfirmed.response,
      best.confirmed.response,
      progression?.date.text ?? '-',
      String(checks.length),
    ]);
  const table = [header, ...rows];
  const widths = header.map((_, c) => Math.max(...table.map((cells) => cells[c].length)));
  const lines = table.map((cells) =>
    cells
      .map((cell, c) => cell.padEnd(widths[c]))
      .join('  ')
      .trimEnd(),
  );
  if (assessments.length > SHOWN) lines.push(`... and ${assessments.length - SHOWN} more in patients.csv`);
  for (const { evaluator, compared, agreeing } of agreement?.evaluators ?? [])
    lines.push(`${evaluator || 'recorded responses'}: ${agreeing} of ${compared} agree`);
  return `${[...lines, '', written].join('\n')}\n`;
}
