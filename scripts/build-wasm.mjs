// Compiles the AssemblyScript in folders named assembly/ into modules that every other tool can import: x.ts there
// becomes ../x-wasm.ts, which exports the code as base64.
import { globSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';

const options =
  '-O3 --runtime stub --noAssert --uncheckedBehavior always --enable simd --outFile code.wasm'.split(' ');

for (const source of globSync('shared/**/assembly/*.ts')) {
  const name = basename(source, '.ts');
  const files = new Map();
  const { error, stderr } = await asc.main([source, ...options], {
    writeFile: (file, contents) => files.set(file, contents),
  });
  if (error) throw new Error(stderr.toString(), { cause: error });
  const base64 = Buffer.from(files.get('code.wasm')).toString('base64');
  writeFileSync(join(source, `../../${name}-wasm.ts`), `export const wasm = '${base64}';\n`);
}
