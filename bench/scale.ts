// Time, memory, requests and payloads against the number of series. usage: node bench/scale.ts [COUNT ...]; flags of node are those of each run
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { growthExponent } from './fit.ts';
import { historyEvents } from './history.ts';
import type { ScaleResult } from './scale-run.ts';

const HEAD = [
  'series',
  'plan (s)',
  'series (s)',
  'finalise (s)',
  'total (s)',
  'ms a series',
  'peak after plan (MiB)',
  'after series',
  'at the end',
  'listings',
  'list pages',
  'requests a series: plan',
  'finalise',
  'largest payload (bytes)',
];

function main(counts: number[]): void {
  const results: Record<'embedded' | 'map', ScaleResult[]> = { embedded: [], map: [] };
  for (const count of counts) {
    const folder = mkdtempSync(join(tmpdir(), 'recist-scale-'));
    try {
      run('raw', count, folder);
      for (const mode of ['embedded', 'map'] as const)
        results[mode].push(JSON.parse(run(mode, count, folder)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  for (const [mode, rows] of Object.entries(results)) {
    console.log(`\n${mode}\n\n| ${HEAD.join(' | ')} |\n|${HEAD.map(() => '---|').join('')}`);
    for (const row of rows) console.log(`| ${cells(row).join(' | ')} |`);
    if (rows.length > 1) console.log(`\n${exponents(rows)}`);
  }
  const [one, most] = [historyEvents('one'), historyEvents('most')];
  console.log(`\nhistory events of a run: ${one.run}, with every retry used ${most.run}`);
  console.log(`history events of a series: ${one.series}, with every retry used ${most.series}`);
  console.log(`\nMachine: ${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}`);
}

/** Each measured run has a process of its own, so that its peak memory is its own. */
function run(mode: string, count: number, folder: string): string {
  const program = join(import.meta.dirname, 'scale-run.ts');
  return execFileSync(process.execPath, [...process.execArgv, program, mode, String(count), folder], {
    encoding: 'utf8',
  });
}

function cells(row: ScaleResult): (string | number)[] {
  return [
    row.series,
    row.planSeconds.toFixed(2),
    row.seriesSeconds.toFixed(2),
    row.finaliseSeconds.toFixed(2),
    total(row).toFixed(2),
    ((1000 * total(row)) / row.series).toFixed(1),
    row.planMiB.toFixed(0),
    row.seriesMiB.toFixed(0),
    row.peakMiB.toFixed(0),
    row.lists,
    row.listPages,
    (row.planRequests / row.series).toFixed(1),
    (row.finaliseRequests / row.series).toFixed(1),
    row.largestPayloadBytes || '-',
  ];
}

function total({ planSeconds, seriesSeconds, finaliseSeconds }: ScaleResult): number {
  return planSeconds + seriesSeconds + finaliseSeconds;
}

function exponents(rows: ScaleResult[]): string {
  const fit = (some: ScaleResult[], of: (row: ScaleResult) => number) =>
    growthExponent(some.map((row) => ({ size: row.series, seconds: of(row) }))).toFixed(2);
  const line = (some: ScaleResult[]) =>
    `plan ${fit(some, (row) => row.planSeconds)}, series ${fit(some, (row) => row.seriesSeconds)}, ` +
    `finalise ${fit(some, (row) => row.finaliseSeconds)}, total ${fit(some, total)}`;
  const [first, last] = [rows.at(-2)!.series, rows.at(-1)!.series];
  return `growth exponents: ${line(rows)}; from ${first} to ${last} series: ${line(rows.slice(-2))}`;
}

const counts = process.argv.slice(2).map(Number);
main(counts.length ? counts : [10, 100, 1000, 10_000]);
