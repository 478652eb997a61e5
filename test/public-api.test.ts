import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorDocs } from '../shared/error-docs.ts';
import * as api from '../shared/index.ts';

test('the public API is what it was', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "BuildOptions",
      "DatasetError",
      "ERROR_CODES",
      "FolderStore",
      "WINDOWS",
      "WorkerPool",
      "build",
      "convertSeries",
      "densitiesOf",
      "featuresOf",
      "instancesOf",
      "lesionTranslator",
      "openStore",
      "readMember",
      "readNifti",
      "runSeries",
      "statisticsOf",
      "verifyArchive",
      "verifyOut",
      "windowed",
      "writeNifti",
      "zipArchive",
      "zipEntries",
    ]
  `);
});

test('docs/errors.md lists every code; `node scripts/error-docs.ts` writes it anew', () => {
  expect(readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')).toBe(errorDocs());
});
