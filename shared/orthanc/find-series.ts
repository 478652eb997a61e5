import * as z from 'zod/mini';
import type { OrthancClient } from './client.ts';

/** What to look for; values may hold the wildcards `*` and `?`, dates the ranges of C-FIND (PS3.4 C.2.2.2). */
export interface SeriesFilter {
  modality?: string | undefined;
  patient?: string | undefined;
  study?: string | undefined;
  studyDate?: string | undefined;
  series?: string | undefined;
  description?: string | undefined;
}

const Tags = z.record(z.string(), z.string());
const FoundSeries = z.object({
  ID: z.string(),
  ParentStudy: z.string(),
  MainDicomTags: Tags,
  Instances: z.array(z.string()),
});
const FoundStudy = z.object({ ID: z.string(), MainDicomTags: Tags, PatientMainDicomTags: Tags });

/** A series on the server, with what its study and patient say of it. */
export interface OrthancSeries {
  orthancUuid: string;
  uuid: string;
  name: string;
  modality: string;
  instances: number;
  studyUuid: string;
  studyId: string;
  studyDate: string;
  studyTime: string;
  patientCode: string;
}

/** Every series that matches, ordered by patient, study date and series, so that numbering is repeatable. */
export async function findSeries(client: OrthancClient, filter: SeriesFilter): Promise<OrthancSeries[]> {
  const query = Object.fromEntries(
    Object.entries({
      Modality: filter.modality,
      PatientID: filter.patient,
      StudyInstanceUID: filter.study,
      StudyDate: filter.studyDate,
      SeriesInstanceUID: filter.series,
      SeriesDescription: filter.description,
    }).filter(([, value]) => value !== undefined),
  );
  const request = { Level: 'Series', Expand: true, Query: query };
  const found = await client.postJson('/tools/find', request, z.array(FoundSeries));
  const studies = new Map<string, z.output<typeof FoundStudy>>();
  for (const { ParentStudy } of found) {
    if (!studies.has(ParentStudy))
      studies.set(ParentStudy, await client.getJson(`/studies/${ParentStudy}`, FoundStudy));
  }
  const text = (value: string | undefined) => (value ?? '').trim();
  return found
    .map(({ ID, ParentStudy, MainDicomTags: series, Instances }) => {
      const { MainDicomTags: study, PatientMainDicomTags: patient } = studies.get(ParentStudy)!;
      return {
        orthancUuid: ID,
        uuid: text(series.SeriesInstanceUID),
        name: text(series.SeriesDescription),
        modality: text(series.Modality),
        instances: Instances.length,
        studyUuid: text(study.StudyInstanceUID),
        studyId: text(study.StudyID) || text(study.AccessionNumber),
        studyDate: text(study.StudyDate),
        studyTime: text(study.StudyTime),
        patientCode: text(patient.PatientID),
      };
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ patientCode, studyDate, studyTime, studyUuid, uuid }: OrthancSeries): string {
  return [patientCode, studyDate, studyTime, studyUuid, uuid].join('\0');
}
