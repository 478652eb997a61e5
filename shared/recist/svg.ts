import { trimmed } from './figures.ts';

/** Fonts that are everywhere; text widths are estimated, so that the same picture has the same bytes anywhere. */
const FONTS = 'DejaVu Sans, Verdana, Arial, sans-serif';

export type Attributes = Record<string, string | number>;

/** One SVG element; numbers are rounded to hundredths of a pixel. */
export function element(name: string, attributes: Attributes, ...content: string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? trimmed(value, 2) : escaped(value)}"`)
    .join('');
  return content.length ? `<${name}${written}>${content.join('')}</${name}>` : `<${name}${written}/>`;
}

/** Text with its baseline at x, y. */
export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(words));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

export function polyline(points: [x: number, y: number][], attributes: Attributes): string {
  const path = points.map(([x, y]) => `${trimmed(x, 2)},${trimmed(y, 2)}`).join(' ');
  return element('polyline', { points: path, fill: 'none', ...attributes });
}

/** A whole picture on white, with a title for screen readers. */
export function picture(width: number, height: number, title: string, content: string[]): string {
  const size = { width, height, viewBox: `0 0 ${trimmed(width, 2)} ${trimmed(height, 2)}` };
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    ...size,
    'font-family': FONTS,
    'font-size': 11,
    role: 'img',
  };
  const background = element('rect', { width, height, fill: '#fff' });
  return `${element('svg', root, '\n', [element('title', {}, escaped(title)), background, ...content].join('\n'), '\n')}\n`;
}

/** Width in px of a text in these fonts, estimated from above. */
export function textWidth(words: string, fontSize: number): number {
  return words.length * fontSize * 0.63;
}

/** Round steps that divide a range into about four to eight parts. */
export function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const count = Math.floor(to / step + 1e-9) - Math.ceil(from / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => (Math.ceil(from / step - 1e-9) + i) * step);
}

/**
 * Puts intervals, sorted by their start, into as few lanes as need be for none to overlap; the lane of each.
 */
export function lanes(intervals: [from: number, to: number][]): number[] {
  const ends: number[] = [];
  return intervals.map(([from, to]) => {
    const free = ends.findIndex((end) => end <= from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = to;
    return lane;
  });
}

function escaped(words: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // XML has no way to write control characters
  return words.replace(/[&<>"]/g, (character) => entities[character]).replace(/\p{Cc}/gu, ' ');
}
