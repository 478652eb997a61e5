/** A mask of another dataset, and whose it is. */
export interface FoundMask {
  key: string;
  patient: string;
  study: string;
}

/** The segments of a mask, as the JSON beside it describes them (dcmqi's `segimage2itkimage`). */
export type ReadSegments = (key: string) => Promise<Segment[] | undefined>;
export interface Segment {
  labelID: number;
  SegmentDescription?: string | undefined;
}

/** Picks the lesion masks among the keys below a dataset's folder. */
export type Rule = (keys: string[], segments: ReadSegments) => Promise<FoundMask[]> | FoundMask[];

const ENDING = /\.nii(\.gz)?$/;
const folders = (key: string) => key.split('/').slice(0, -1);
const parent = (key: string) => folders(key).at(-1) ?? '';
const nameOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
const stemOf = (key: string) => nameOf(key).replace(ENDING, '');

/** Whether a key is a NIfTI file; macOS leaves `._*` beside the real files of some published archives. */
const isNifti = (key: string) => ENDING.test(key) && !nameOf(key).startsWith('.');

/**
 * Whose a mask is, by the folders right above it, so that it does not matter how far above the patients the list
 * points: the last `depth` folders are `<patient>/<study>/...`.
 */
const placed =
  (depth: number) =>
  (key: string): FoundMask => {
    const [patient = stemOf(key), study = patient] = folders(key).slice(-depth);
    return { key, patient, study };
  };

/** What the NBIA Data Retriever makes of a TCIA collection: `<patient>/<study>/<series>/<file>`. */
const ofSeries = placed(3);

/** A mask a file: the patient is the file's name, without what the pattern matches. */
const named =
  (without: RegExp = ENDING) =>
  (key: string): FoundMask => {
    const patient = nameOf(key).replace(without, '');
    return { key, patient, study: patient };
  };

const filesNamed =
  (name: string, depth: number): Rule =>
  (keys) =>
    keys.filter((key) => nameOf(key) === name).map(placed(depth));

const inSeriesNamed =
  (words: string): Rule =>
  (keys) =>
    keys.filter((key) => isNifti(key) && parent(key).includes(words)).map(ofSeries);

/** Masks in the folder itself, or in the one that the published archive keeps its labels in. */
const labelFiles: Rule = (keys) =>
  keys
    .filter((key) => isNifti(key) && (!key.includes('/') || /^(labelsTr|labels?)$/.test(parent(key))))
    .map(named());

/** `<n>-<labelID>.nii.gz` for segments whose description, `<n>-meta.json`, fits. */
const segmentFiles =
  (labelID: number, fits: (segments: Segment[]) => boolean): Rule =>
  async (keys, segments) => {
    const found: FoundMask[] = [];
    const name = new RegExp(`^([^.].*)?\\d-${labelID}\\.nii(\\.gz)?$`);
    for (const key of keys.filter((candidate) => name.test(nameOf(candidate)))) {
      const described = await segments(key.replace(/-\d+\.nii(\.gz)?$/, '-meta.json'));
      if (described && fits(described)) found.push(ofSeries(key));
    }
    return found;
  };

/** One mask a folder and a patient: the first by name. */
const onePerPatient: Rule = (keys) => {
  const masks = keys.filter((key) => isNifti(key) && parent(key).includes('Segmentation')).map(ofSeries);
  const first = new Map<string, FoundMask>();
  for (const mask of masks) if (!first.has(mask.patient)) first.set(mask.patient, mask);
  return [...first.values()];
};

/** DICOM SEG series as NIfTI; without them, the older archive of NIfTI masks: `<patient>/<patient>_mask.nii.gz`. */
const lymphNodes: Rule = async (keys, segments) => {
  const found = await inSeriesNamed('segmentations')(keys, segments);
  const older = keys.filter((key) => isNifti(key) && stemOf(key).endsWith('_mask'));
  return found.length ? found : older.map(named(/_mask\.nii(\.gz)?$/));
};

/** `lnq2023-train-0001_seg.nii.gz`: the patient is the third part of the name; as published, `-seg`. */
const thirdPart: Rule = (keys) =>
  keys
    .filter((key) => isNifti(key) && /[_-]seg$/.test(stemOf(key)))
    .map((key) => {
      const name = stemOf(key).replace(/[_-]seg$/, '');
      const patient = name.split('-')[2] ?? name;
      return { key, patient, study: patient };
    });

/** How the lesion masks of each dataset are found below its folder. */
const RULES: [name: RegExp, rule: Rule][] = [
  [/pet-?ct/i, filesNamed('SEG.nii.gz', 2)],
  [/adrenal/i, onePerPatient],
  [/glis-?rt/i, filesNamed('Struct_GTV.nii.gz', 3)],
  [
    /hcc-?tace/i,
    segmentFiles(2, (all) => all.some((s) => s.labelID === 2 && s.SegmentDescription === 'Tumor')),
  ],
  [/kits/i, filesNamed('segmentation.nii.gz', 1)],
  [/lnq/i, thirdPart],
  [/mediastinal[- ]lymph/i, inSeriesNamed('Annotated')],
  [/lymph[- ]nodes/i, lymphNodes],
  [/nsclc/i, segmentFiles(1, (all) => all.length === 1 && all[0].labelID === 1)],
  [/msd|task|kipa/i, labelFiles],
];

/** The rule of a dataset by its name, or undefined when none is known. */
export function ruleFor(datasetName: string): Rule | undefined {
  return RULES.find(([name]) => name.test(datasetName))?.[1];
}
