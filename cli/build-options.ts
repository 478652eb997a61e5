import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BuildOptions } from '../shared/pipeline/options.ts';

const defaults = BuildOptions.parse({});

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('Not a number of 0 or more.');
  return value;
}

export function count(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Not a whole number.');
  return value;
}

function atLeastOne(text: string): number {
  const value = count(text);
  if (value < 1) throw new InvalidArgumentError('At least one.');
  return value;
}

export function jobsOption(): Option {
  return new Option('--jobs <n>', 'series at a time').argParser(atLeastOne).default(availableParallelism());
}

/** The options of accepting lesion instances. */
export function addInstanceOptions(command: Command): Command {
  return command
    .option('--min-size <n>', 'reject components smaller than this', number, defaults.minSize)
    .addOption(
      new Option('--min-size-units <unit>', 'unit of --min-size')
        .choices(['voxels', 'ml'])
        .default(defaults.minSizeUnits),
    )
    .option('--min-slices <n>', 'reject components spanning fewer slices', count, defaults.minSlices)
    .option('--save-non-accepted', 'also write a mask of the rejected components', false);
}

/** The options of measuring lesions. */
export function addFeatureOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--method <method>', 'diameters by minimum-area rectangle or by moments')
        .choices(['obb', 'ellipse'])
        .default(defaults.method),
    )
    .addOption(
      new Option('--unconnected-strategy <strategy>', 'for several parts in one slice')
        .choices(['largest-area', 'largest-measurement', 'sum', 'join'])
        .default(defaults.unconnectedStrategy),
    )
    .option('--save-axes', 'also draw the axes of every lesion', false);
}

export function scaleOption(): Option {
  return new Option('--scale <scale>', 'grey 0 and 255 are the extremes of the volume, or of the window')
    .choices(['volume', 'window'])
    .default(defaults.scale);
}
