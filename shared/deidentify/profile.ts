import * as z from 'zod/mini';
import { BASIC_PROFILE } from './basic-profile.ts';

/**
 * How a release is de-identified: the basic profile of PS3.15 annex E with some of its options. UIDs are always
 * replaced, private attributes always removed.
 */
export const Profile = z.object({
  name: z.string(),
  /** `shift`: by a number of days that is the patient's own, times of day dropped; `empty`: no dates at all. */
  dates: z.enum(['empty', 'shift']),
  /** Keep sex, age, size, weight and the like. */
  keepCharacteristics: z.boolean(),
  /** Keep descriptions of series, protocol, contrast and structures, without what looks like an identifier. */
  cleanDescriptors: z.boolean(),
  /** Ages above this become one year more: `90+` is written 090Y. Years. */
  ageCap: z.int().check(z.positive()),
});
export type Profile = z.output<typeof Profile>;

export const PROFILES = {
  basic: {
    name: 'basic',
    dates: 'empty',
    keepCharacteristics: false,
    cleanDescriptors: false,
    ageCap: 89,
  },
  research: {
    name: 'research',
    dates: 'shift',
    keepCharacteristics: true,
    cleanDescriptors: true,
    ageCap: 89,
  },
} as const satisfies Record<string, Profile>;

/** What can happen to an attribute; `clean` leaves it as it is where nothing in it identifies. */
export type Action =
  | 'remove'
  | 'empty'
  | 'replace'
  | 'keep'
  | 'clean'
  | 'remap'
  | 'shift'
  | 'cap'
  | 'pseudonym';

const PATIENT_NAME = 0x00100010;
const PATIENT_ID = 0x00100020;
const PATIENT_AGE = 0x00101010;
/** Retain Patient Characteristics Option, as far as research on images needs it: age, sex, size, weight, smoking. */
const CHARACTERISTICS = new Set([0x00100040, PATIENT_AGE, 0x00101020, 0x00101030, 0x00102203, 0x001021a0]);
/** Clean Descriptors Option, for descriptions of images and structures; those of orders, visits and people go. */
const DESCRIPTORS = new Set([
  0x00081030, 0x0008103e, 0x00082111, 0x00180010, 0x00181030, 0x00181400, 0x00189424, 0x00400254, 0x30060002,
  0x30060026, 0x30060028, 0x30060085,
]);
/** Codes, their schemes and the character set: not text of a person's making. */
const CODED = new Set([0x00080005, 0x00080100, 0x00080102, 0x00080103, 0x00080119, 0x0008010f]);
/** UIDs that name classes, encodings and coding schemes, also those that vendors define. */
const CLASS_UIDS = new Set([
  0x00080016, 0x0008001a, 0x0008001b, 0x0008010c, 0x00080117, 0x00080118, 0x00081150, 0x0008115a, 0x00083002,
]);
const TEXT = new Set(['CS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT']);

/**
 * What a profile does to an attribute, by tag and value representation. Private attributes and
 * those of unknown representation are removed.
 */
export function actionOn(tag: number, vr: string | undefined, profile: Profile): Action {
  const group = tag >>> 16;
  const element = tag & 0xffff;
  const curveOrOverlay = (group & 0xff00) === 0x5000 || (group & 0xff00) === 0x6000;
  if (group % 2 === 1 || element === 0 || curveOrOverlay) return 'remove';
  if (tag === PATIENT_NAME || tag === PATIENT_ID) return 'pseudonym';
  if (profile.keepCharacteristics && CHARACTERISTICS.has(tag)) return tag === PATIENT_AGE ? 'cap' : 'keep';
  if (profile.cleanDescriptors && DESCRIPTORS.has(tag)) return 'clean';
  const listed = BASIC_PROFILE.get(tag);
  if (listed) return listed.action;
  if (vr === undefined || vr === 'UN') return 'remove';
  if (vr === 'UI') return CLASS_UIDS.has(tag) ? 'keep' : 'remap';
  if (vr === 'PN' || vr === 'TM') return 'empty';
  if (vr === 'DA' || vr === 'DT') return profile.dates;
  return TEXT.has(vr) && !CODED.has(tag) ? 'clean' : 'keep';
}
