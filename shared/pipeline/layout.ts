/** The keys of the raw folder and of OUT, in one place; `architecture.md` fixes them. */

export type Subset = 'train' | 'test';
export const SUBSETS: Subset[] = ['train', 'test'];

export const rawKeys = {
  dicom: 'images/dicom/',
  masks: (subset: Subset) => `images/nifti/${subset}/masks/`,
  labels: (subset: Subset) => `images/nifti/${subset}/labels/`,
  series: 'metadata/series.json',
  patients: 'metadata/patients.csv',
  windows: 'metadata/windows_mapping.json',
  recist: 'recist_measurements.csv',
  /** Optional: title, authors, DOI and licence of the dataset, for its release documents. */
  dataset: 'metadata/dataset.json',
  /** Optional: further translations of lesion descriptions. */
  vocabulary: 'metadata/vocabulary.json',
};

export const outKeys = {
  nifti: (subset: Subset, uuid: string) => `nifti/${subset}/images/${uuid}.nii.gz`,
  image: (subset: Subset, uuid: string) => `final/images/${subset}/images/${uuid}.nii.gz`,
  mask: (subset: Subset, uuid: string) => `final/images/${subset}/masks/${uuid}.nii.gz`,
  labels: (subset: Subset, uuid: string) => `final/images/${subset}/labels/${uuid}.json`,
  nonAccepted: (subset: Subset, uuid: string) => `final/images/${subset}/non-accepted-objects/${uuid}.nii.gz`,
  masksResults: (subset: Subset) => `final/images/${subset}/masks_results.csv`,
  objectsResults: (subset: Subset) => `final/images/${subset}/objects_results.csv`,
  series: 'final/metadata/series.json',
  patients: 'final/metadata/patients.csv',
  windows: 'final/metadata/windows_mapping.json',
  recist: 'final/recist_measurements.csv',
  stats: (subset: Subset) => `stats/${subset}/stats.csv`,
  resolution: (subset: Subset) => `stats/${subset}/resolution.csv`,
  headers: (subset: Subset) => `stats/${subset}/metadata.json`,
  densities: (subset: Subset) => `stats/${subset}/densities.json`,
  features: (subset: Subset) => `stats/${subset}/lesions_features.csv`,
  normalized: (subset: Subset, uuid: string) => `stats/${subset}/norm/${uuid}.nii.gz`,
  archive: 'final-formatted.zip',
  manifest: 'manifest.json',
  /** Documents of the release, beside the archive. */
  document: (name: string) => `release/${name}`,
  seriesReport: (uuid: string) => `reports/series/${uuid}.json`,
  quarantine: 'reports/quarantine.json',
  run: 'reports/run.json',
  /** With --deidentify: every DICOM attribute that was touched, by series. */
  deidentification: 'reports/deidentification.json',
  /** What later runs need to know which results are still true. */
  record: (uuid: string, step: string) => `.state/series/${uuid}/${step}.json`,
  dicomIndex: '.state/dicom-index.json',
  finalised: '.state/finalised.json',
};
