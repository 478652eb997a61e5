// Imports a bundle in this fresh process, and invokes its handler with each event: node lambda-child.ts BUNDLE [EVENT ...]
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** What the parent reads. */
export interface ChildResult {
  importMs: number;
  invokeMs: number[];
  /** Peak resident memory of the process. */
  peakMiB: number;
}

const [bundle, ...events] = process.argv.slice(2);
const started = performance.now();
const { handler } = await import(pathToFileURL(bundle).href);
const importMs = performance.now() - started;
const invokeMs: number[] = [];
const context = {
  functionName: process.env.POWERTOOLS_SERVICE_NAME,
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
};
for (const event of events) {
  const begun = performance.now();
  await handler(JSON.parse(event), context);
  invokeMs.push(performance.now() - begun);
}
// getrusage would count what the parent had when it started this process
const [, peakKiB] = readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+) kB/) ?? [];
const result: ChildResult = { importMs, invokeMs, peakMiB: Number(peakKiB) / 1024 };
console.log(JSON.stringify(result));
process.exit();
