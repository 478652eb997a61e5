import type { Agreement, MeasurementPair } from './agreement.ts';
import { signed, trimmed } from './figures.ts';
import { element, line, picture, text, textWidth, ticks } from './svg.ts';

const WIDTH = 760;
const HEIGHT = 470;
const LEFT = 70;
const RIGHT = 150;
const TOP = 56;
const BOTTOM = 84;

const INK = '#222';
const FAINT = '#e3e3e3';
const MUTED = '#666';
const LIMIT = '#c62828';
const COLOURS = ['#1f4e9c', '#e08a00', '#2e8b57', '#7b3fa0'];

const CLASS_NAMES: Record<string, string> = {
  m: 'metastasis (major axis)',
  n: 'lymph node (minor axis)',
  t: 'primary tumour (major axis)',
};

/**
 * Bland-Altman plot (SVG): difference of computed and manual measurement over their mean, a colour for each
 * lesion class, with the bias and the limits of agreement of all pairs and their 95 % intervals.
 */
export function agreementPlot(pairs: MeasurementPair[], agreements: Agreement[]): string {
  const all = agreements.find(({ group }) => group === 'all');
  const title = 'Computed against manual measurements';
  const heading = [
    text(LEFT, 26, title, { 'font-size': 16, 'font-weight': 'bold', fill: INK }),
    text(LEFT, 44, subtitle(all), { fill: MUTED }),
  ];
  if (!all) return picture(WIDTH, 64, title, heading);

  const points = pairs.map(({ lesionClass, manualMm, computedMm }) => ({
    lesionClass,
    mean: (manualMm + computedMm) / 2,
    difference: computedMm - manualMm,
  }));
  const levels = [all.lowerLimit?.low, all.upperLimit?.high].filter((level) => level !== undefined);
  const [lowY, highY] = padded([0, ...points.map(({ difference }) => difference), ...levels], 0.08);
  const [, highX] = padded([0, ...points.map(({ mean }) => mean)], 0.06);
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const x = (mm: number) => LEFT + (mm / highX) * (right - LEFT);
  const y = (mm: number) => bottom - ((mm - lowY) / (highY - lowY)) * (bottom - TOP);

  const band = ({ low, high }: { low: number; high: number }, fill: string) =>
    element('rect', {
      x: LEFT,
      y: y(high),
      width: right - LEFT,
      height: y(low) - y(high),
      fill,
      'fill-opacity': 0.1,
    });
  const level = (mm: number, words: string, stroke: string) => [
    line(LEFT, y(mm), right, y(mm), { stroke, 'stroke-dasharray': '6 4' }),
    text(right + 8, y(mm) + 4, `${words} ${signed(mm, (value) => trimmed(value, 2))} mm`, { fill: stroke }),
  ];
  const classes = agreements.filter(({ group }) => group !== 'all').map(({ group }) => group);
  const colourOf = (lesionClass: string) => COLOURS[classes.indexOf(lesionClass) % COLOURS.length];
  const middle = { 'text-anchor': 'middle', fill: INK };
  const centerY = (TOP + bottom) / 2;
  return picture(WIDTH, HEIGHT, title, [
    ...heading,
    ...ticks(lowY, highY).flatMap((mm) => [
      line(LEFT, y(mm), right, y(mm), { stroke: FAINT }),
      text(LEFT - 8, y(mm) + 4, trimmed(mm, 4), { 'text-anchor': 'end', fill: INK }),
    ]),
    ...ticks(0, highX).map((mm) => text(x(mm), bottom + 16, trimmed(mm, 4), middle)),
    line(LEFT, y(0), right, y(0), { stroke: INK }),
    line(LEFT, TOP, LEFT, bottom, { stroke: INK }),
    line(LEFT, bottom, right, bottom, { stroke: INK }),
    ...(all.biasInterval ? [band(all.biasInterval, COLOURS[0])] : []),
    ...level(all.biasMm, 'bias', COLOURS[0]),
    ...[all.lowerLimit, all.upperLimit].flatMap((limit) =>
      limit ? [band(limit, LIMIT), ...level(limit.value, 'limit', LIMIT)] : [],
    ),
    ...points.map(({ lesionClass, mean, difference }) =>
      element('circle', {
        cx: x(mean),
        cy: y(difference),
        r: 4,
        fill: colourOf(lesionClass),
        'fill-opacity': 0.75,
      }),
    ),
    text((LEFT + right) / 2, bottom + 36, 'mean of manual and computed (mm)', middle),
    text(18, centerY, 'computed - manual (mm)', {
      ...middle,
      transform: `rotate(-90 18 ${trimmed(centerY, 2)})`,
    }),
    ...legend(classes, colourOf, HEIGHT - 20),
  ]);
}

function subtitle(all: Agreement | undefined): string {
  if (!all) return 'no lesion was measured by hand and by computer';
  const figures = [`${all.pairs} lesions`, `bias ${signed(all.biasMm, (value) => trimmed(value, 2))} mm`];
  if (all.icc21) figures.push(`ICC(2,1) ${trimmed(all.icc21.value, 5)}`);
  if (all.icc31) figures.push(`ICC(3,1) ${trimmed(all.icc31.value, 5)}`);
  if (all.ccc !== undefined) figures.push(`CCC ${trimmed(all.ccc, 5)}`);
  return figures.join('; ');
}

/** The range of the values, widened by a share on both sides, never empty. */
function padded(values: number[], share: number): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || 1) * share;
  return [low - room, high + room];
}

function legend(classes: string[], colourOf: (lesionClass: string) => string, y: number): string[] {
  let x = LEFT;
  return classes.flatMap((lesionClass) => {
    const at = x;
    const words = CLASS_NAMES[lesionClass] ?? lesionClass;
    x += 14 + textWidth(words, 11) + 20;
    return [
      element('circle', { cx: at + 4, cy: y - 4, r: 4, fill: colourOf(lesionClass), 'fill-opacity': 0.75 }),
      text(at + 14, y, words, { fill: INK }),
    ];
  });
}
