import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';

/** Translations of a lesion's class and site: class `m` metastasis, `n` lymph node, `t` primary tumour. */
const Sites = z.optional(z.record(z.string(), z.string()));
export const LesionVocabulary = z.strictObject({ m: Sites, n: Sites, t: Sites });
export type LesionVocabulary = z.output<typeof LesionVocabulary>;

const LESIONS: Record<'m' | 'n' | 't', Record<string, string>> = {
  m: {
    bazo: 'spleen',
    costilla: 'rib',
    higado: 'liver',
    pancreas: 'pancreas',
    'pared abdominal': 'abdominal wall',
    pulmon: 'lung',
    rinon: 'kidney',
    ovario: 'ovary',
    suprarrenal: 'suprarenal',
  },
  n: {
    abdomen: 'abdomen',
    aortocava: 'aortocaval',
    axila: 'axillary',
    'hilio hepatico': 'hepatic hilum',
    iliaca: 'iliac',
    inguinal: 'inguinal',
    mediastino: 'mediastinum',
    mesenterica: 'mesenteric',
    'pared abdominal': 'abdominal wall',
    pelvis: 'pelvis',
    periaortica: 'periaortic',
    retroperitoneal: 'retroperitoneal',
    suprarrenal: 'suprarenal',
  },
  t: { pulmon: 'lung' },
};

const DIAGNOSES: Record<string, string> = {
  melanoma: 'melanoma',
  'cancer mama': 'breast cancer',
  'cancer vejiga': 'bladder cancer',
  'cancer colon': 'colon cancer',
  'cancer gastrico': 'gastric cancer',
  'cancer recto': 'rectal cancer',
  'cancer vesicula biliar': 'gallbladder cancer',
  'cancer ovario': 'ovarian cancer',
  'cancer pulmon': 'lung cancer',
  'cancer higado': 'liver cancer',
  'cancer pancreatobiliar': 'pancreatobiliary cancer',
};

const INSURANCES: Record<string, string> = {
  fonasa: 'public',
  consalud: 'private',
  'sin prevision': 'uninsured',
};

/** Turns a Spanish lesion description into its English one. */
export type Translate = (description: string) => string;

/**
 * A translator of lesion descriptions (`m, higado` -> `m,liver`): the built-in vocabulary, extended or overridden
 * by a user's. What is English already passes.
 * @throws LABEL_UNMAPPED for a description of no known class and site
 */
export function lesionTranslator(extension: LesionVocabulary = {}): Translate {
  return (description) => {
    const [kind, ...site] = description.split(',').map((part) => part.trim());
    if (kind === 'm' || kind === 'n' || kind === 't') {
      const sites: Record<string, string> = { ...LESIONS[kind], ...extension[kind] };
      const name = site.join(',');
      if (Object.hasOwn(sites, name)) return `${kind},${sites[name]}`;
      if (Object.values(sites).includes(name)) return `${kind},${name}`;
    }
    throw new DatasetError(
      'LABEL_UNMAPPED',
      `no English for '${description}'; add it to metadata/vocabulary.json`,
    );
  };
}

/** `cancer colon` -> `colon cancer`; anything that is not in the list passes as it is. */
export function translateDiagnosis(diagnosis: string): string {
  return DIAGNOSES[diagnosis.trim().toLowerCase()] ?? diagnosis;
}

/** `fonasa` -> `public`; anything that is not in the list passes as it is. */
export function translateInsurance(insurance: string): string {
  return INSURANCES[insurance.trim().toLowerCase()] ?? insurance;
}
