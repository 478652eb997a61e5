import { MedsamSeries, medsamRois } from '../shared/pictures/medsam-rois.ts';
import { getJson, getText } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { parseCsv } from '../shared/tables/csv.ts';
import { exitOf, openFile, openInput, showFile } from './folder-command.ts';

export interface MedsamRoisOptions {
  series: string;
  patients: string;
  format: 'png' | 'svg';
}

export async function runMedsamRois(
  results: string,
  out: string,
  { series, patients, format }: MedsamRoisOptions,
): Promise<number> {
  const [seriesFile, patientsFile] = await Promise.all([series, patients].map(openFile));
  const sources = {
    results: await openInput(results),
    series: await getJson(seriesFile.store, seriesFile.key, MedsamSeries),
    patients: parseCsv(await getText(patientsFile.store, patientsFile.key), patients, [
      'patient_id',
      'diagnosis',
    ]),
  };
  return exitOf(await medsamRois(sources, await openStore(out), format, showFile));
}
