// Bundles the command line and its worker into dist/. Packages that find their own files at run time
// (native addons, wasm codecs, the worker pool) stay outside the bundle.
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import './build-wasm.mjs';

rmSync('dist', { recursive: true, force: true });
// each is bundled by itself: what an entry always needs is one file then, which loads faster than forty
for (const [name, source] of [
  ['cli', 'cli/main.ts'],
  ['series-worker', 'shared/pipeline/series-worker.ts'],
  ['convert-one', 'shared/folders/convert-one.ts'],
]) {
  await build({
    entryPoints: { [name]: source },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    external: ['@cornerstonejs/*', 'piscina'],
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
  });
}
chmodSync('dist/cli.js', 0o755);
