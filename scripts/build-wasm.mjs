// Compiles the AssemblyScript of the deflate encoder into a module that every other tool can import.
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const options = ['-O3', '--runtime', 'stub', '--noAssert', '--uncheckedBehavior', 'always'];
const files = new Map();
const { error, stderr } = await asc.main(
  ['shared/gzip/assembly/deflate.ts', ...options, '--outFile', 'deflate.wasm'],
  { writeFile: (name, contents) => files.set(name, contents) },
);
if (error) throw new Error(stderr.toString(), { cause: error });
const base64 = Buffer.from(files.get('deflate.wasm')).toString('base64');
writeFileSync('shared/gzip/deflate-wasm.ts', `export const deflateWasm = '${base64}';\n`);
