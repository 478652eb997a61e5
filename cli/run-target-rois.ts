import { targetRois } from '../shared/pictures/target-rois.ts';
import { openStore } from '../shared/store/open-store.ts';
import { EXIT } from './exit.ts';

export async function runTargetRois(dataset: string, out: string): Promise<number> {
  const show = (name: string) => process.stderr.write(`${name}\n`);
  const written = await targetRois(await openStore(dataset), await openStore(out), show);
  process.stdout.write(`${written.length} pictures and targets.csv\n`);
  return written.length ? EXIT.done : EXIT.failed;
}
