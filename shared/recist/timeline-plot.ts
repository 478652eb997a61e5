import type { PatientAssessment } from './assessment.ts';
import { findingOf, type Lesion, type TimePoint } from './case.ts';
import { trimmed } from './figures.ts';
import type { StudyDate } from './study-date.ts';
import { type Attributes, element, lanes, line, polyline, text, textWidth, ticks } from './svg.ts';
import { progressionThresholdMm, responseThresholdMm, TOO_SMALL_MM } from './target.ts';

export const WIDTH = 900;
export const LEFT = 110;
export const RIGHT = 40;

export const INK = '#222';
export const FAINT = '#d9d9d9';
export const MUTED = '#666';
const SUM = '#1f4e9c';
const LESION = '#9aa7b8';
const RESPONSE = '#2e8b57';
export const PROGRESSION = '#c62828';

/** Where things are in the picture of a timeline, px. */
export interface Layout {
  x(date: StudyDate): number;
  y(mm: number): number;
  /** Top and bottom of the plot of the sums; equal without targets. */
  top: number;
  bottom: number;
  maxMm: number;
}

/** The sums over time, with each target, the baseline, the smallest sum, and where PR and PD begin. */
export function sumPlot(assessment: PatientAssessment, targets: Lesion[], layout: Layout): string[] {
  const { x, y, bottom, top, maxMm } = layout;
  const right = WIDTH - RIGHT;
  const grid = ticks(0, maxMm).flatMap((mm) => [
    line(LEFT, y(mm), right, y(mm), { stroke: FAINT, 'stroke-width': 0.5 }),
    text(LEFT - 8, y(mm) + 4, trimmed(mm, 2), { 'text-anchor': 'end', fill: INK }),
  ]);
  const middle = (top + bottom) / 2;
  const axisTitle = text(LEFT - 58, middle, 'sum of diameters (mm)', {
    'text-anchor': 'middle',
    fill: INK,
    transform: `rotate(-90 ${LEFT - 58} ${trimmed(middle, 2)})`,
  });
  return [
    ...grid,
    axisTitle,
    line(LEFT, top, LEFT, bottom, { stroke: INK }),
    line(LEFT, bottom, right, bottom, { stroke: INK }),
    ...thresholds(assessment, layout),
    ...lesionLines(assessment, targets, layout),
    ...sumLine(assessment, x, y),
  ];
}

function thresholds({ baseline, followUps }: PatientAssessment, { x, y }: Layout): string[] {
  if (baseline.sumMm === undefined || followUps.length === 0) return [];
  const level = y(responseThresholdMm(baseline.sumMm));
  const from = x(baseline.timePoint.date);
  const to = x(followUps[followUps.length - 1].timePoint.date);
  const steps: [number, number][] = [];
  let left = from;
  for (const { timePoint, nadir } of followUps) {
    if (!nadir) continue;
    const height = y(progressionThresholdMm(nadir.mm));
    steps.push([left, height], [x(timePoint.date), height]);
    left = x(timePoint.date);
  }
  const start = y(baseline.sumMm);
  return [
    line(from, start, to, start, { stroke: MUTED, 'stroke-dasharray': '1 3' }),
    line(from, level, to, level, { stroke: RESPONSE, 'stroke-dasharray': '6 4' }),
    polyline(steps, { stroke: PROGRESSION, 'stroke-dasharray': '6 4' }),
  ];
}

function lesionLines({ patient }: PatientAssessment, targets: Lesion[], { x, y }: Layout): string[] {
  const ends: { id: string; y: number; x: number }[] = [];
  const lines = targets.flatMap((lesion) => {
    const points = patient.timePoints.flatMap((timePoint): [number, number][] => {
      const mm = sizeMm(lesion, timePoint);
      return mm === undefined ? [] : [[x(timePoint.date), y(mm)]];
    });
    const end = points.at(-1);
    if (end) ends.push({ id: lesion.id, x: end[0], y: end[1] });
    return [
      polyline(points, { stroke: LESION }),
      ...points.map(([cx, cy]) => element('circle', { cx, cy, r: 2, fill: LESION })),
    ];
  });
  // names of lesions that end at one height are moved apart, upwards
  let free = Number.POSITIVE_INFINITY;
  const names = ends
    .sort((a, b) => b.y - a.y)
    .map(({ id, x: end, y: height }) => {
      const at = Math.min(height, free - 11);
      free = at;
      return text(end + 6, at + 3, id, { 'font-size': 9, fill: MUTED });
    });
  return [...lines, ...names];
}

/** Complete sums as a line, broken up where a sum between them is incomplete; incomplete ones beside it. */
function sumLine({ baseline, followUps }: PatientAssessment, x: Layout['x'], y: Layout['y']): string[] {
  const sums = [
    { date: baseline.timePoint.date, mm: baseline.sumMm, missing: [] as string[] },
    ...followUps.map(({ timePoint, sumMm, missing }) => ({ date: timePoint.date, mm: sumMm, missing })),
  ].flatMap(({ date, mm, missing }) => (mm === undefined ? [] : [{ x: x(date), y: y(mm), mm, missing }]));
  const complete = sums.filter(({ missing }) => missing.length === 0);
  const smallest =
    complete.length > 1 ? complete.reduce((best, sum) => (sum.mm < best.mm ? sum : best)) : undefined;
  const pieces = complete.slice(1).map((sum, i) => {
    const unbroken = sums.indexOf(sum) === sums.indexOf(complete[i]) + 1;
    const dashes = unbroken ? {} : { 'stroke-dasharray': '2 4' };
    return line(complete[i].x, complete[i].y, sum.x, sum.y, { stroke: SUM, 'stroke-width': 2, ...dashes });
  });
  const words = sums.map(
    ({ mm, missing }) => `${trimmed(mm, 1)}${missing.length ? ` without ${missing.join(', ')}` : ''}`,
  );
  const laneOf = lanes(
    sums.map((sum, i) => {
      const half = textWidth(words[i], 11) / 2;
      return [sum.x - half, sum.x + half];
    }),
  );
  const marks = sums.map(({ x: cx, y: cy, missing }) =>
    element('circle', { cx, cy, r: 4, fill: missing.length ? '#fff' : SUM, stroke: SUM }),
  );
  const labels = (attributes: Attributes) =>
    sums.map((sum, i) => {
      const top = sum.y - (sum === smallest ? 13 : 9) - laneOf[i] * 12;
      const weight = sum.missing.length ? 'normal' : 'bold';
      return text(sum.x, top, words[i], { 'text-anchor': 'middle', 'font-weight': weight, ...attributes });
    });
  return [
    ...pieces,
    ...marks,
    ...(smallest ? [nadirMark(smallest.x, smallest.y)] : []),
    // white around the letters, so that lines under them do not disturb
    ...labels({ stroke: '#fff', 'stroke-width': 3, fill: '#fff' }),
    ...labels({ fill: SUM }),
  ];
}

function nadirMark(x: number, y: number): string {
  return element('circle', { cx: x, cy: y, r: 7.5, fill: 'none', stroke: '#e08a00', 'stroke-width': 2 });
}

/** What the marks mean: those of the sums, those of the other lesions, or both. */
export function legendLine(y: number, sums: boolean, others: boolean): string[] {
  const dash = (x: number, attributes: Attributes) => line(x, y, x + 20, y, attributes);
  const dot = (x: number, fill: string, stroke: string) =>
    element('circle', { cx: x + 6, cy: y, r: 4, fill, stroke });
  type Entry = [width: number, mark: (x: number) => string, words: string];
  const ofSums: Entry[] = [
    [24, (x) => dash(x, { stroke: SUM, 'stroke-width': 2 }), 'sum'],
    [16, (x) => dot(x, '#fff', SUM), 'incomplete'],
    [20, (x) => nadirMark(x + 8, y), 'nadir'],
    [24, (x) => dash(x, { stroke: MUTED, 'stroke-dasharray': '1 3' }), 'baseline'],
    [24, (x) => dash(x, { stroke: RESPONSE, 'stroke-dasharray': '6 4' }), 'PR from'],
    [24, (x) => dash(x, { stroke: PROGRESSION, 'stroke-dasharray': '6 4' }), 'PD from'],
    [24, (x) => dash(x, { stroke: LESION }), 'target'],
  ];
  const ofOthers: Entry[] = [
    [16, (x) => dot(x, INK, INK), 'present'],
    [16, (x) => dot(x, '#fff', INK), 'absent'],
  ];
  let x = LEFT;
  return [...(sums ? ofSums : []), ...(others ? ofOthers : [])].flatMap(([width, mark, words]) => {
    const at = x;
    x += width + textWidth(words, 10) + 16;
    return [mark(at), text(at + width, y + 4, words, { 'font-size': 10, fill: INK })];
  });
}

/** The highest of the sums and of the sums at which PD begins, mm. */
export function highestMm({ baseline, followUps }: PatientAssessment): number {
  const levels = followUps.flatMap(({ sumMm, nadir }) => [
    sumMm ?? 0,
    nadir ? progressionThresholdMm(nadir.mm) : 0,
  ]);
  return Math.max(1, baseline.sumMm ?? 0, ...levels);
}

function sizeMm(lesion: Lesion, timePoint: TimePoint): number | undefined {
  const finding = findingOf(timePoint, lesion);
  if (finding.state === 'measured') return finding.mm;
  if (finding.state === 'too small') return TOO_SMALL_MM;
  return finding.state === 'absent' ? 0 : undefined;
}
