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

type Rule = (keys: string[], segments: ReadSegments) => Promise<FoundMask[]> | FoundMask[];

const nifti = (keys: string[]) => keys.filter((key) => /\.nii(\.gz)?$/.test(key));
const folders = (key: string) => key.split('/').slice(0, -1);
const nameOf = (key: string) => key.split('/').at(-1) ?? key;
const stemOf = (key: string) => nameOf(key).replace(/\.nii(\.gz)?$/, '');

/** Patient and study are the folders above a mask: `<patient>/<study>/.../<mask>`; at the top, the file's own name. */
function placed(key: string): FoundMask {
  const [patient = stemOf(key), study = patient] = folders(key);
  return { key, patient, study };
}

/** A mask a file: the patient is the file's name. */
function named(key: string): FoundMask {
  return { key, patient: stemOf(key), study: stemOf(key) };
}

const filesNamed =
  (name: string): Rule =>
  (keys) =>
    keys.filter((key) => nameOf(key) === name).map(placed);

const parentContains =
  (words: string): Rule =>
  (keys) =>
    nifti(keys)
      .filter((key) => folders(key).at(-1)?.includes(words))
      .map(placed);

const everyFile: Rule = (keys) => nifti(keys).map(named);

/** `<n>-<labelID>.nii.gz` for segments whose description, `<n>-meta.json`, fits. */
const segmentFiles =
  (labelID: number, fits: (segments: Segment[]) => boolean): Rule =>
  async (keys, segments) => {
    const found: FoundMask[] = [];
    for (const key of keys.filter((candidate) => new RegExp(`\\d+-${labelID}\\.nii\\.gz$`).test(candidate))) {
      const described = await segments(key.replace(/-\d+\.nii\.gz$/, '-meta.json'));
      if (described && fits(described)) found.push(placed(key));
    }
    return found;
  };

/** One mask a folder and a patient: the first by name. */
const onePerPatient: Rule = (keys) => {
  const own = nifti(keys).filter((key) => folders(key).some((folder) => folder.includes('Segmentation')));
  const masks = own.map(placed);
  return masks.filter(({ patient }, i) => masks.findIndex((mask) => mask.patient === patient) === i);
};

/** How the lesion masks of each dataset are found below its folder. */
const RULES: [name: RegExp, rule: Rule][] = [
  [/pet-?ct/i, filesNamed('SEG.nii.gz')],
  [/adrenal/i, onePerPatient],
  [/glis-?rt/i, filesNamed('Struct_GTV.nii.gz')],
  [
    /hcc-?tace/i,
    segmentFiles(2, (all) => all.some((s) => s.labelID === 2 && s.SegmentDescription === 'Tumor')),
  ],
  [/kits/i, filesNamed('segmentation.nii.gz')],
  [
    /lnq/i,
    (keys) =>
      keys
        .filter((key) => key.endsWith('_seg.nii.gz'))
        .map((key) => {
          const patient =
            nameOf(key)
              .replace(/_seg\.nii\.gz$/, '')
              .split('-')[2] ?? stemOf(key);
          return { key, patient, study: patient };
        }),
  ],
  [/mediastinal[- ]lymph/i, parentContains('Annotated')],
  [/lymph[- ]nodes/i, parentContains('segmentations')],
  [/nsclc/i, segmentFiles(1, (all) => all.length === 1 && all[0].labelID === 1)],
  [/msd|task|kipa/i, everyFile],
];

/** The rule of a dataset by its name, or undefined when none is known. */
export function ruleFor(datasetName: string): Rule | undefined {
  return RULES.find(([name]) => name.test(datasetName))?.[1];
}
