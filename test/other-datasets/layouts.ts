/**
 * The files of each dataset as it is published, or as dcmqi and platipy make them from its DICOM objects. Folder names
 * follow the NBIA Data Retriever for TCIA collections: `<collection>/<patient>/<study>/<series>/`.
 */
export interface Layout {
  /** `dataset_name` of the list. */
  name: string;
  /** A NIfTI of two lesions is put under a key with `mask`, JSON under one with an object, nothing usable otherwise. */
  files: Record<string, 'mask' | 'other' | object>;
  /** Filename, patient and study of the masks that the rule must find, in order. */
  found: [filename: string, patient: string, study: string][];
}

const segments = (...descriptions: string[]) => ({
  segmentAttributes: descriptions.map((SegmentDescription, i) => [{ labelID: i + 1, SegmentDescription }]),
});

const ACC = 'Adrenal_Ki67_Seg_001/08-22-2000-NA-CT ABDOMEN-26747';
const HCC = 'HCC_001/04-21-2000-NA-CT ABDPEL WC-49771/300.000000-Segmentation-99942';
const HCC2 = 'HCC_002/06-06-1999-NA-CT ABDPEL-12345/300.000000-Segmentation-45632';
const NODES = 'ABD_LYMPH_001/09-14-2014-ABDLYMPH001-abdominallymphnodes-30274';
const R01 = 'R01-001/09-06-1990-NA-CT CHEST ABD-98785/1000.000000-3D Slicer segmentation result-67652';
const R02 = 'R01-002/11-04-1991-NA-CT CHEST-12112/1000.000000-3D Slicer segmentation result-55123';

export const LAYOUTS: Layout[] = [
  {
    name: 'FDG-PET-CT-Lesions',
    files: {
      'FDG-PET-CT-Lesions/PETCT_0011f3deaf/03-23-2003-NA-PET-CT Ganzkoerper-10445/SEG.nii.gz': 'mask',
      'FDG-PET-CT-Lesions/PETCT_0011f3deaf/03-23-2003-NA-PET-CT Ganzkoerper-10445/CTres.nii.gz': 'other',
      'FDG-PET-CT-Lesions/PETCT_0011f3deaf/03-23-2003-NA-PET-CT Ganzkoerper-10445/SUV.nii.gz': 'other',
      'fdg_metadata.csv': 'other',
    },
    found: [
      [
        'FDG-PET-CT-Lesions/PETCT_0011f3deaf/03-23-2003-NA-PET-CT Ganzkoerper-10445/SEG.nii.gz',
        'PETCT_0011f3deaf',
        '03-23-2003-NA-PET-CT Ganzkoerper-10445',
      ],
    ],
  },
  {
    name: 'Adrenal-ACC-Ki67-Seg',
    files: {
      [`Adrenal-ACC-Ki67-Seg/${ACC}/300.000000-Segmentation-12345/1.nii.gz`]: 'mask',
      [`Adrenal-ACC-Ki67-Seg/${ACC}/301.000000-Segmentation-12346/1.nii.gz`]: 'mask',
      [`Adrenal-ACC-Ki67-Seg/${ACC}/2.000000-CT PORTAL-91234/ct.nii.gz`]: 'other',
      [`Adrenal-ACC-Ki67-Seg/${ACC.replace('001', '002')}/300.000000-Segmentation-2/1.nii.gz`]: 'mask',
    },
    found: [
      [
        `Adrenal-ACC-Ki67-Seg/${ACC}/300.000000-Segmentation-12345/1.nii.gz`,
        ACC.split('/')[0],
        ACC.split('/')[1],
      ],
      [
        `Adrenal-ACC-Ki67-Seg/${ACC.replace('001', '002')}/300.000000-Segmentation-2/1.nii.gz`,
        'Adrenal_Ki67_Seg_002',
        ACC.split('/')[1],
      ],
    ],
  },
  {
    name: 'GLIS-RT',
    files: {
      'GLI_001_GBM/05-10-2009-NA-RTPLAN-11111/1.000000-RTS-22222/Struct_GTV.nii.gz': 'mask',
      'GLI_001_GBM/05-10-2009-NA-RTPLAN-11111/1.000000-RTS-22222/Struct_CTV.nii.gz': 'other',
    },
    found: [
      [
        'GLI_001_GBM/05-10-2009-NA-RTPLAN-11111/1.000000-RTS-22222/Struct_GTV.nii.gz',
        'GLI_001_GBM',
        '05-10-2009-NA-RTPLAN-11111',
      ],
    ],
  },
  {
    name: 'HCC-TACE-Seg',
    files: {
      [`HCC-TACE-Seg/${HCC}/1-1.nii.gz`]: 'other',
      [`HCC-TACE-Seg/${HCC}/1-2.nii.gz`]: 'mask',
      [`HCC-TACE-Seg/${HCC}/1-3.nii.gz`]: 'other',
      [`HCC-TACE-Seg/${HCC}/1-meta.json`]: segments('Liver', 'Tumor', 'Portal vein', 'Abdominal aorta'),
      [`HCC-TACE-Seg/${HCC2}/1-2.nii.gz`]: 'other',
      [`HCC-TACE-Seg/${HCC2}/1-meta.json`]: segments('Tumor', 'Liver'),
    },
    found: [[`HCC-TACE-Seg/${HCC}/1-2.nii.gz`, 'HCC_001', HCC.split('/')[1]]],
  },
  {
    name: 'KiTS23',
    files: {
      'kits23/dataset/case_00000/segmentation.nii.gz': 'mask',
      'kits23/dataset/case_00000/imaging.nii.gz': 'other',
      'kits23/dataset/case_00000/instances/tumor_instance-1_annotation-1.nii.gz': 'other',
      'kits23/dataset/kits23.json': 'other',
    },
    found: [['kits23/dataset/case_00000/segmentation.nii.gz', 'case_00000', 'case_00000']],
  },
  {
    name: 'LNQ23',
    files: {
      'train/lnq2023-train-0001_seg.nii.gz': 'mask',
      'train/lnq2023-train-0001_ct.nii.gz': 'other',
      'train/lnq2023-train-0002-seg.nii.gz': 'mask',
      'train/lnq2023-train-0002-ct.nii.gz': 'other',
    },
    found: [
      ['train/lnq2023-train-0001_seg.nii.gz', '0001', '0001'],
      ['train/lnq2023-train-0002-seg.nii.gz', '0002', '0002'],
    ],
  },
  {
    name: 'CT-Lymph-Nodes',
    files: {
      [`CT Lymph Nodes/${NODES}/300.000000-Abdominal lymph node segmentations-1/1.nii.gz`]: 'mask',
      [`CT Lymph Nodes/${NODES}/abdominallymphnodes-26828/ct.nii.gz`]: 'other',
    },
    found: [
      [
        `CT Lymph Nodes/${NODES}/300.000000-Abdominal lymph node segmentations-1/1.nii.gz`,
        'ABD_LYMPH_001',
        NODES.split('/')[1],
      ],
    ],
  },
  {
    name: 'NSCLC-Radiogenomics',
    files: {
      [`NSCLC Radiogenomics/${R01}/1-1.nii.gz`]: 'mask',
      [`NSCLC Radiogenomics/${R01}/1-meta.json`]: segments('Neoplasm'),
      [`NSCLC Radiogenomics/${R02}/1-1.nii.gz`]: 'other',
      [`NSCLC Radiogenomics/${R02}/1-meta.json`]: segments('Neoplasm', 'Lung'),
    },
    found: [[`NSCLC Radiogenomics/${R01}/1-1.nii.gz`, 'R01-001', R01.split('/')[1]]],
  },
  {
    name: 'Mediastinal-Lymph-Node-SEG',
    files: {
      'case_0001/03-02-2010-NA-Chest-1/300.000000-Annotated lymph nodes-2/1.nii.gz': 'mask',
      'case_0001/03-02-2010-NA-Chest-1/2.000000-CT-3/ct.nii.gz': 'other',
    },
    found: [
      [
        'case_0001/03-02-2010-NA-Chest-1/300.000000-Annotated lymph nodes-2/1.nii.gz',
        'case_0001',
        '03-02-2010-NA-Chest-1',
      ],
    ],
  },
  ...['Task03_Liver', 'Task06_Lung', 'Task07_Pancreas', 'Task10_Colon'].map((task): Layout => {
    const organ = task.slice(7).toLowerCase();
    return {
      name: `MSD-${task}`,
      files: {
        [`labelsTr/${organ}_001.nii.gz`]: 'mask',
        // the published archives carry these from macOS
        [`labelsTr/._${organ}_001.nii.gz`]: 'other',
        [`imagesTr/${organ}_001.nii.gz`]: 'other',
        'dataset.json': 'other',
      },
      found: [[`labelsTr/${organ}_001.nii.gz`, `${organ}_001`, `${organ}_001`]],
    };
  }),
  {
    name: 'KiPA22',
    files: { 'train/label/70.nii.gz': 'mask', 'train/image/70.nii.gz': 'other' },
    found: [['train/label/70.nii.gz', '70', '70']],
  },
];
