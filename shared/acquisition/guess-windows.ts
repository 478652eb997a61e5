import { regionOf } from '../tables/metadata.ts';
import type { WindowName } from '../volume/windowing.ts';

/** The window guessed for a series, and what it was guessed from. */
export interface WindowGuess {
  uuid: string;
  window: WindowName;
  from: 'override' | 'kernel' | 'region' | 'nothing';
  region: string;
  kernel: string;
}

/**
 * Display windows by region and reconstruction kernel. A sharp kernel in the thorax shows the lung, a soft one the
 * mediastinum; the sharpest are for bone; the abdomen has its own; where the name tells no region, a kernel for heads
 * shows the brain. What is overridden is not guessed.
 */
export function guessWindows(
  series: { uuid: string; name: string; kernel: string }[],
  overrides: Record<string, WindowName>,
): WindowGuess[] {
  return series.map(({ uuid, name, kernel }) => {
    const region = regionOf(name) ?? '';
    const of = (window: WindowName, from: WindowGuess['from']) => ({ uuid, window, from, region, kernel });
    const override = overrides[`${uuid}.nii.gz`] ?? overrides[uuid];
    if (override) return of(override, 'override');
    const { sharpness, head } = readKernel(kernel);
    if (region === 'thorax') {
      if (sharpness === undefined) return of('lung', 'region');
      return of(sharpness >= 50 ? 'lung' : 'mediastinum', 'kernel');
    }
    if (sharpness !== undefined && sharpness >= 60) return of('bone', 'kernel');
    if (region === 'abdomen') return of('abdomen', 'region');
    return head ? of('brain', 'kernel') : of('abdomen', 'nothing');
  });
}

/** How sharp a kernel is, on the scale of 10 to 80 that Siemens' names carry, and whether it is one for heads. */
interface Kernel {
  sharpness: number | undefined;
  head: boolean;
}

/** Kernels of GE, Philips and Canon by name, put on Siemens' scale by what their makers offer them for. */
const SHARPNESS: Record<string, number> = {
  SOFT: 30,
  STANDARD: 40,
  CHEST: 50,
  DETAIL: 50,
  LUNG: 60,
  BONE: 70,
  BONEPLUS: 75,
  EDGE: 80,
  A: 30,
  B: 40,
  C: 50,
  D: 60,
  L: 60,
  YA: 50,
  YB: 60,
  YC: 60,
  YD: 70,
  BODY: 40,
  'BODY SHARP': 50,
};

/** Canon's FC numbers are a catalogue, not a scale. By their tens: body (0, 1), head, bone, lung and fine detail. */
const CANON: Record<string, Kernel> = {
  0: { sharpness: 40, head: false },
  1: { sharpness: 40, head: false },
  2: { sharpness: 30, head: true },
  3: { sharpness: 70, head: false },
  5: { sharpness: 60, head: false },
  8: { sharpness: 75, head: false },
};

function readKernel(kernel: string): Kernel {
  const name = kernel.split('\\')[0].trim().toUpperCase();
  const canon = name.match(/^FC(\d)\d/);
  if (canon) return CANON[canon[1]] ?? { sharpness: undefined, head: false };
  const siemens = name.match(/^([A-Z])[A-Z]?(\d{2})/);
  if (siemens) return { sharpness: Number(siemens[2]), head: siemens[1] === 'H' };
  return { sharpness: SHARPNESS[name], head: false };
}
