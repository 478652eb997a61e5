import { type Canvas, COLOURS, type Colour, type Place } from './canvas.ts';

/** Glyphs as strokes on a grid of 4 x 6, so that text needs no font and is the same anywhere. */
const STROKES: Record<string, number[][]> = {
  '0': [[0, 1, 1, 0, 3, 0, 4, 1, 4, 5, 3, 6, 1, 6, 0, 5, 0, 1]],
  '1': [
    [0, 1, 2, 0, 2, 6],
    [0, 6, 4, 6],
  ],
  '2': [[0, 1, 1, 0, 3, 0, 4, 1, 4, 2, 0, 6, 4, 6]],
  '3': [[0, 0, 4, 0, 2, 2.5, 3, 2.5, 4, 3.5, 4, 5, 3, 6, 1, 6, 0, 5]],
  '4': [[3, 6, 3, 0, 0, 4, 4, 4]],
  '5': [[4, 0, 0, 0, 0, 2.5, 3, 2.5, 4, 3.5, 4, 5, 3, 6, 1, 6, 0, 5]],
  '6': [[4, 0, 2, 0, 0, 2, 0, 5, 1, 6, 3, 6, 4, 5, 4, 3.5, 3, 2.5, 0, 2.5]],
  '7': [[0, 0, 4, 0, 1.5, 6]],
  '8': [
    [1, 0, 3, 0, 4, 1, 3, 2.7, 1, 2.7, 0, 1, 1, 0],
    [1, 2.7, 0, 4, 0, 5, 1, 6, 3, 6, 4, 5, 4, 4, 3, 2.7],
  ],
  '9': [[4, 3.5, 1, 3.5, 0, 2.5, 0, 1, 1, 0, 3, 0, 4, 1, 4, 4, 2, 6, 0, 6]],
  '.': [[0, 6, 0, 6]],
  ':': [
    [0, 2, 0, 2],
    [0, 5.5, 0, 5.5],
  ],
  m: [
    [0, 6, 0, 2],
    [0, 3, 1, 2, 1.7, 2, 2.5, 3, 2.5, 6],
    [2.5, 3, 3.5, 2, 4.2, 2, 5, 3, 5, 6],
  ],
  c: [[4, 3, 3, 2, 1, 2, 0, 3, 0, 5, 1, 6, 3, 6, 4, 5]],
  C: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5]],
  D: [[0, 0, 2.5, 0, 4, 1.5, 4, 4.5, 2.5, 6, 0, 6, 0, 0]],
  S: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 2, 1, 3, 3, 3, 4, 4, 4, 5, 3, 6, 1, 6, 0, 5]],
};

/** Where the next glyph begins, in the units of the grid. */
function advance(character: string): number {
  if (character === '.' || character === ':') return 2;
  if (character === ' ') return 3;
  return character === 'm' ? 6.5 : 5.5;
}

/** Width of a text in pixels, in strokes of which `unit` is a sixth of a digit's height. */
export function textWidth(words: string, unit: number): number {
  return ([...words].reduce((sum, character) => sum + advance(character), 0) - 1.5) * unit;
}

/** Writes digits and the few letters of units and scores, with the upper left corner at x, y. */
export function writeText(
  canvas: Canvas,
  words: string,
  [x, y]: Place,
  unit: number,
  { colour, outline }: { colour: Colour; outline: boolean },
): void {
  const passes: [number, Colour][] = outline
    ? [
        [2.2, COLOURS.black],
        [1.2, colour],
      ]
    : [[0.9, colour]];
  for (const [thickness, ink] of passes) {
    let left = x;
    for (const character of words) {
      for (const stroke of STROKES[character] ?? []) {
        const points: Place[] = [];
        for (let p = 0; p < stroke.length; p += 2)
          points.push([left + stroke[p] * unit, y + stroke[p + 1] * unit]);
        canvas.line(points, thickness * unit, ink);
      }
      left += advance(character) * unit;
    }
  }
}

/** A black bar of a known length on white, with the length under it, centred at the lower edge. */
export function scaleBar(canvas: Canvas, lengthPx: number, words: string, unit: number): void {
  const wordsWidth = textWidth(words, unit);
  const width = Math.max(lengthPx, wordsWidth) + 2 * unit;
  const height = 11.5 * unit;
  const [middle, top] = [canvas.width / 2, canvas.height - height];
  canvas.rectangle(middle - width / 2, top, width, height, COLOURS.white);
  canvas.rectangle(middle - lengthPx / 2, top + unit, lengthPx, unit, COLOURS.black);
  const at: Place = [middle - wordsWidth / 2, top + 4 * unit];
  writeText(canvas, words, at, unit, { colour: COLOURS.black, outline: false });
}
