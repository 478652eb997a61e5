import { COLOURS, type Colour, type Raster } from './raster.ts';

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
    [0, 3, 1, 2, 2, 3, 2, 6],
    [2, 3, 3, 2, 4, 3, 4, 6],
  ],
  c: [[4, 3, 3, 2, 1, 2, 0, 3, 0, 5, 1, 6, 3, 6, 4, 5]],
  C: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 5, 1, 6, 3, 6, 4, 5]],
  D: [[0, 0, 2.5, 0, 4, 1.5, 4, 4.5, 2.5, 6, 0, 6, 0, 0]],
  S: [[4, 1, 3, 0, 1, 0, 0, 1, 0, 2, 1, 3, 3, 3, 4, 4, 4, 5, 3, 6, 1, 6, 0, 5]],
};

function advance(character: string): number {
  return character === '.' || character === ':' ? 2 : 5.5;
}

/** Width of a text in pixels, in strokes of which `unit` is a sixth of a digit's height. */
export function textWidth(words: string, unit: number): number {
  return ([...words].reduce((sum, character) => sum + advance(character), 0) - 1.5) * unit;
}

/** Writes digits and the few letters of units and scores, with the upper left corner at x, y. */
export function writeText(
  raster: Raster,
  words: string,
  [x, y]: readonly [number, number],
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
        for (let p = 0; p + 3 < stroke.length; p += 2) {
          const at = (index: number): [number, number] => [
            left + stroke[index] * unit,
            y + stroke[index + 1] * unit,
          ];
          raster.line(at(p), at(p + 2), thickness * unit, ink);
        }
      }
      left += advance(character) * unit;
    }
  }
}

/** A black bar of a known length on white, with the length under it, centred at the lower edge. */
export function scaleBar(raster: Raster, lengthPx: number, words: string, unit: number): void {
  const bar = Math.round(lengthPx);
  const width = Math.max(bar, Math.ceil(textWidth(words, unit))) + 2 * unit;
  const height = Math.round(11.5 * unit);
  const left = Math.round((raster.width - width) / 2);
  const top = raster.height - height;
  raster.rectangle(left, top, width, height, COLOURS.white);
  raster.rectangle(Math.round((raster.width - bar) / 2), top + unit, bar, unit, COLOURS.black);
  const at: [number, number] = [(raster.width - textWidth(words, unit)) / 2, top + 4 * unit];
  writeText(raster, words, at, unit, { colour: COLOURS.black, outline: false });
}
