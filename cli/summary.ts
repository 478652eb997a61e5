import type { BuildResult } from '../shared/pipeline/build.ts';

/** What a build came to, as the user reads it at the end. */
export function closingTable(
  { summary, quarantine, filtered, stepsRun, seconds }: BuildResult,
  out: string,
  deidentified: string | undefined,
): string {
  const rows = [
    ['subset', 'series', 'lesions drawn', 'removed', 'kept'],
    ...Object.entries(summary.subsets)
      .sort()
      .map(([subset, counts]) => [
        subset,
        counts.series,
        counts.rawLesions,
        counts.removedLesions,
        counts.finalLesions,
      ]),
  ].map((row) => row.map(String));
  const counts = `${summary.accepted} series released, ${summary.quarantined} in quarantine`;
  const lines = [aligned(rows), '', counts];
  if (quarantine.length) {
    lines.push(`${quarantine.length} series in quarantine:`);
    for (const { uuid, step, code, message } of quarantine)
      lines.push(`  ${uuid}\n    ${code} at ${step}: ${message}`);
    lines.push('');
  }
  if (filtered.length) lines.push(`${filtered.length} series on disk but not in series.json: left out`);
  lines.push(
    deidentified
      ? `de-identified by the profile ${deidentified}`
      : 'series and study UIDs and study dates are the original ones; --deidentify replaces them',
  );
  const unchanged = Object.keys(stepsRun).length === 0;
  lines.push(
    `${megabytes(summary.imageBytes)} of CT, ${megabytes(summary.archiveBytes)} archive, ${seconds.toFixed(1)} s`,
    unchanged ? 'nothing had changed: no step was run' : `steps run: ${stepsText(stepsRun)}`,
    `release: ${out}/final-formatted.zip   checksums: ${out}/manifest.json`,
  );
  return `${lines.join('\n')}\n`;
}

function stepsText(stepsRun: Record<string, number>): string {
  return Object.entries(stepsRun)
    .map(([step, count]) => `${step} ${count}`)
    .join(', ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Columns padded to their widest cell; numbers to the right. */
function aligned(rows: string[][]): string {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const cell = (text: string, c: number) => (c === 0 ? text.padEnd(widths[c]) : text.padStart(widths[c]));
  return rows.map((row) => row.map(cell).join('  ')).join('\n');
}
