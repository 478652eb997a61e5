import { Command } from 'commander';
import type { RenderingsOptions } from './run-renderings.ts';

const FORMS = 'OUT_OF_BUILD PICTURES | CTS GROUND_TRUTH PREDICTIONS PICTURES';

export function renderingsCommand(): Command {
  return new Command('renderings')
    .description('Draw CTs in 3-D with their lesions, as annotated and as nnU-Net predicts them.')
    .usage(`[options] ${FORMS}`)
    .argument('<paths...>', 'OUT of a build, or folders of nnU-Net; then where to write the pictures')
    .option(
      '--window <window>',
      'of the axial slices: a name, or windows_mapping.json (default: abdomen, or as in the build)',
    )
    .option('--overrides <file>', 'JSON list of {filename, crop, slice_idx, fill, dilate}')
    .addHelpText(
      'after',
      `
CTs of nnU-Net are <case>_0000.nii.gz, masks <case>.nii.gz. A case makes <case>_body.png,
<case>_ground_truth.png, <case>_prediction.png and <case>_slice_<index>.png.

Examples:
  $ recist-dataset renderings out pictures
  $ recist-dataset renderings imagesTs labelsTs predictions pictures --window lung --overrides views.json`,
    )
    .action(async (paths: string[], options: RenderingsOptions, command: Command) => {
      if (paths.length !== 2 && paths.length !== 4) command.error(`error: 2 or 4 paths are needed: ${FORMS}`);
      const { runRenderings } = await import('./run-renderings.ts');
      process.exitCode = await runRenderings(paths, options);
    });
}
