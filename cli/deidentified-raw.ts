import { PROFILES, type PROFILES as Profiles } from '../shared/deidentify/profile.ts';
import { deidentifyRaw } from '../shared/deidentify/raw-folder.ts';
import { DatasetError } from '../shared/errors.ts';
import { rawKeys } from '../shared/pipeline/layout.ts';
import { openStore } from '../shared/store/open-store.ts';
import { isBelow, openKeys } from './keys-file.ts';

/**
 * A de-identified copy of a raw folder beside the keys, made anew only when the raw folder has changed.
 * @returns where it is
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
    const { refused } = await deidentifyRaw(raw, work, dicom, PROFILES[profile], pseudonyms);
    if (refused)
      process.stderr.write(`${refused} DICOM files could not be de-identified, and were left out\n`);
  } finally {
    await save();
  }
  return workUrl;
}
