import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs a command as a user does. */
export function run(...parameters: string[]) {
  const main = join(import.meta.dirname, '../../cli/main.ts');
  return spawnSync(process.execPath, [main, ...parameters], { encoding: 'utf8' });
}
