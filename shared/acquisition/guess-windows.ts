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
 * mediastinum; the sharpest are for bone; the abdomen has its own. What is overridden is not guessed.
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
    const sharpness = sharpnessOf(kernel);
    if (region === 'thorax') {
      if (sharpness === undefined) return of('lung', 'region');
      return of(sharpness >= 50 ? 'lung' : 'mediastinum', 'kernel');
    }
    if (sharpness !== undefined && sharpness >= 60) return of('bone', 'kernel');
    return of('abdomen', region === 'abdomen' ? 'region' : 'nothing');
  });
}

/**
 * How sharp a kernel is, on Siemens' scale of 10 to 80 that its names carry (B30f, Br40, I70f); the names other
 * makers use are put on it.
 */
function sharpnessOf(kernel: string): number | undefined {
  const name = kernel.split('\\')[0].trim().toUpperCase();
  const siemens = name.match(/^[A-Z]{1,2}(\d{2})/);
  if (siemens) return Number(siemens[1]);
  const named: Record<string, number> = {
    SOFT: 30,
    STANDARD: 40,
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
    FC01: 30,
    FC08: 40,
    FC13: 40,
    FC50: 60,
    FC51: 60,
    FC52: 60,
    FC30: 70,
  };
  return named[name];
}
