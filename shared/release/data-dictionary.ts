/** A variable of a published table. */
interface Variable {
  name: string;
  type: 'integer' | 'float' | 'string';
  meaning: string;
}

/** Every table of the release and what its columns mean; the data dictionary and Croissant are made from this. */
export const DICTIONARY: { file: string; rows: string; variables: Variable[] }[] = [
  {
    file: 'recist_measurements.csv',
    rows: 'one row for each target lesion at each time point',
    variables: [
      { name: 'patient_id', type: 'integer', meaning: 'pseudonym of the patient' },
      { name: 'subset', type: 'string', meaning: 'subset the patient belongs to: train (training) or test' },
      { name: 'study_date', type: 'string', meaning: 'day of the study, YYYYMMDD' },
      { name: 'study_uuid', type: 'string', meaning: 'Study Instance UID, DICOM (0020,000D)' },
      { name: 'uuid', type: 'string', meaning: 'Series Instance UID, DICOM (0020,000E)' },
      { name: 'filename', type: 'string', meaning: 'file name of the CT in images/' },
      { name: 'region', type: 'string', meaning: 'what the series shows: abdomen or thorax' },
      { name: 'final_3d_objects', type: 'integer', meaning: 'lesions annotated in the series' },
      {
        name: 'lesion_label_value',
        type: 'integer',
        meaning: 'value of the lesion in the mask of the series',
      },
      {
        name: 'lesion_label_alias',
        type: 'string',
        meaning: 'name of the lesion within the patient, the same over time',
      },
      {
        name: 'recist_measurement_mm',
        type: 'integer',
        meaning: 'diameter by RECIST 1.1 in mm: the longest one of a tumour, the short axis of a lymph node',
      },
      { name: 'study_order', type: 'string', meaning: 'baseline, follow-up-1, follow-up-2, ...' },
    ],
  },
  {
    file: 'metadata/patients.csv',
    rows: 'one row for each patient',
    variables: [
      { name: 'patient_id', type: 'integer', meaning: 'pseudonym of the patient' },
      { name: 'subset', type: 'string', meaning: 'subset the patient belongs to: train (training) or test' },
      { name: 'first_study_date', type: 'string', meaning: 'day of the baseline study, YYYYMMDD' },
      { name: 'sex', type: 'string', meaning: 'biological sex: M or F' },
      { name: 'age', type: 'integer', meaning: 'age in years at the baseline study' },
      { name: 'diagnosis', type: 'string', meaning: 'clinical diagnosis' },
      {
        name: 'histology',
        type: 'string',
        meaning: 'histological diagnosis by the NCI Thesaurus; empty where unknown',
      },
      { name: 'health_insurance', type: 'string', meaning: 'public, private or uninsured' },
    ],
  },
  {
    file: 'metadata/series.json',
    rows: 'one object for each CT series',
    variables: [
      { name: 'id', type: 'integer', meaning: 'number of the series' },
      { name: 'region', type: 'string', meaning: 'what the series shows: abdomen or thorax' },
      { name: 'uuid', type: 'string', meaning: 'Series Instance UID, DICOM (0020,000E)' },
      { name: 'study_uuid', type: 'string', meaning: 'Study Instance UID, DICOM (0020,000D)' },
      { name: 'study_date', type: 'string', meaning: 'day of the study, YYYYMMDD' },
      { name: 'patient_id', type: 'integer', meaning: 'pseudonym of the patient' },
      { name: 'slice_thickness', type: 'float', meaning: 'nominal thickness of the acquired slices in mm' },
      { name: 'row_spacing', type: 'float', meaning: 'voxel size between rows in mm' },
      { name: 'column_spacing', type: 'float', meaning: 'voxel size between columns in mm' },
      { name: 'slices', type: 'integer', meaning: 'slices of the series' },
      { name: 'rows', type: 'integer', meaning: 'rows of a slice' },
      { name: 'columns', type: 'integer', meaning: 'columns of a slice' },
      {
        name: 'slice_spacing',
        type: 'float',
        meaning: 'voxel size between slices in mm, from their positions',
      },
    ],
  },
];

const OTHER_FILES = `## images/\\<region>/\\<subset>/

- \`images/\`: the CT as NIfTI-1; the stored value times \`scl_slope\` plus \`scl_inter\` is HU.
- \`masks/\`: the lesions on the grid of the CT; 0 is background, every other value is one lesion.
- \`labels/\`: for each value in the mask, class and site of the lesion: \`m\` metastasis, \`n\` lymph node, \`t\` primary
  tumour, as in \`m,liver\`.

File names begin with the patient's number.

## metadata/windows_mapping.json

For each CT file the display window that suits it (level / width in HU): lung -500/1400, abdomen 40/350, bone 400/1000,
air -426/1000, brain 50/100, mediastinum 50/350.
`;

/** The data dictionary of a release. */
export function dataDictionary(): string {
  const tables = DICTIONARY.map(({ file, rows, variables }) => {
    const lines = variables.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${meaning} |`);
    return `## ${file}\n\nHolds ${rows}.\n\n| variable | type | meaning |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
  });
  return `# Data dictionary\n\n${[...tables, OTHER_FILES].join('\n')}`;
}
