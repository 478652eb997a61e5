import { PROFILES, type PROFILES as Profiles } from '../shared/deidentify/profile.ts';
import { deidentifyRaw } from '../shared/deidentify/raw-folder.ts';
import { DEIDENTIFICATION_REPORT } from '../shared/deidentify/release.ts';
import { DatasetError } from '../shared/errors.ts';
import { outKeys, rawKeys } from '../shared/pipeline/layout.ts';
import { openStore } from '../shared/store/open-store.ts';
import { isBelow, openKeys } from './keys-file.ts';

/**
 * A de-identified copy of a raw folder beside the keys, made anew only when the raw folder has changed.
 * What was touched is told in OUT, without an original value.
 * @returns where the copy is
 */
export async function deidentifiedRaw(
  rawUrl: string,
  outUrl: string,
  profile: keyof typeof Profiles,
  keys: string | undefined,
): Promise<string> {
  if (keys === undefined || isBelow(keys, outUrl) || isBelow(keys, rawUrl)) {
    throw new DatasetError(
      'USAGE',
      '--deidentify needs --keys with a path that is neither below OUT nor below RAW',
    );
  }
  const workUrl = `${keys.replace(/\.json$/, '')}.raw`;
  const { pseudonyms, save } = await openKeys(keys);
  process.stderr.write(`de-identifying ${rawUrl} into ${workUrl}\n`);
  try {
    const [raw, work] = [await openStore(rawUrl), await openStore(workUrl)];
    const dicom = await openStore(`${workUrl}/${rawKeys.dicom}`);
    await deidentifyRaw(raw, work, dicom, PROFILES[profile], pseudonyms, (key, { code, message }) =>
      process.stderr.write(`${key} left out: ${code}: ${message}\n`),
    );
    const out = await openStore(outUrl);
    await out.put(outKeys.deidentification, await dicom.get(DEIDENTIFICATION_REPORT));
  } finally {
    await save();
  }
  return workUrl;
}
