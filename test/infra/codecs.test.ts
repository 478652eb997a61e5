import { execSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyCommands } from '../../infra/dataset-function.ts';

test.each([
  ['@cornerstonejs/codec-charls', 'decodewasmjs', 'decodewasm', 'charlswasm_decode'],
  ['@cornerstonejs/codec-openjpeg', 'decodewasmjs', 'decodewasm', 'openjpegwasm_decode'],
  ['@cornerstonejs/codec-openjph', '', 'wasm', 'openjphjs'],
])('a function finds the script and the code of %s beside it', (codec, script, binary, name) => {
  const folder = mkdtempSync(join(tmpdir(), 'codecs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const command of copyCommands(codec, folder)) execSync(command);
  const beside = createRequire(join(folder, 'index.mjs'));
  expect(beside(join(codec, script))).toBeTypeOf('function');
  expect(beside.resolve(join(codec, binary))).toBe(
    join(folder, 'node_modules', codec, 'dist', `${name}.wasm`),
  );
});
