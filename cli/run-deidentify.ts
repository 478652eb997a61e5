import { PROFILES } from '../shared/deidentify/profile.ts';
import { deidentifyFiles } from '../shared/deidentify/release.ts';
import { DatasetError } from '../shared/errors.ts';
import { openStore } from '../shared/store/open-store.ts';
import type { Store } from '../shared/store/store.ts';
import { counted } from './counted.ts';
import type { DeidentifyArguments } from './deidentify.ts';
import { EXIT } from './exit.ts';
import { isBelow, openKeys } from './keys-file.ts';

/** Reads or makes the keys, de-identifies every DICOM file, and writes the keys back, also when it fails half-way. */
export async function runDeidentify(
  dicom: string,
  out: string,
  { profile, keys: keysPath }: DeidentifyArguments,
): Promise<number> {
  if (isBelow(keysPath, out) || isBelow(keysPath, dicom)) {
    throw new DatasetError('USAGE', `--keys ${keysPath} must be neither below OUT nor among the DICOM files`);
  }
  if (isBelow(out, dicom)) throw new DatasetError('USAGE', 'OUT must not be below the DICOM folder');
  const { pseudonyms, save } = await openKeys(keysPath);
  const input = await openStore(dicom);
  let written = 0;
  let refused = 0;
  let passed = 0;
  try {
    const files = deidentifyFiles(
      input,
      await keysOf(input),
      await openStore(out),
      PROFILES[profile],
      pseudonyms,
    );
    for await (const { key, error, passedOver } of files) {
      if (passedOver) passed++;
      else if (error) {
        refused++;
        process.stderr.write(`${key}: ${error.code}: ${error.message}\n`);
      } else written++;
    }
  } finally {
    await save();
  }
  process.stdout.write(
    `${counted(written, 'file')} in ${out}, ${refused} refused, ${passed} that ${passed === 1 ? 'is' : 'are'} no DICOM passed over; profile ${profile}; keep ${keysPath} secret and apart\n`,
  );
  if (written === 0) return EXIT.failed;
  return refused ? EXIT.quarantined : EXIT.done;
}

async function keysOf(store: Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  if (keys.length === 0) throw new DatasetError('STORE_MISSING', `there is no file in ${store.url}`);
  return keys;
}
