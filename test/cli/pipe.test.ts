import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('ends quietly when the reader of its output has seen enough', () => {
  const main = join(import.meta.dirname, '../../cli/main.ts');
  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${main}" --help | true`], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});
