import { Command, Option } from 'commander';
import type { MedsamRoisOptions } from './run-medsam-rois.ts';

export function medsamRoisCommand(): Command {
  return new Command('medsam-rois')
    .description("Draw MedSAM's predictions beside the ground truth, box by box, and list them in a table.")
    .argument('<results>', 'folder with performance.json, original_size/, gt_masks/ and output_masks/')
    .argument('<out>', 'where to write medsam_rois.csv and the pictures')
    .requiredOption('--series <file>', 'series.json, raw or final')
    .requiredOption('--patients <file>', 'patients.csv, raw or final')
    .addOption(new Option('--format <format>', 'of the pictures').choices(['png', 'svg']).default('png'))
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset medsam-rois medsam-results rois \\
      --series out/final/metadata/series.json --patients out/final/metadata/patients.csv`,
    )
    .action(async (results: string, out: string, options: MedsamRoisOptions) => {
      const { runMedsamRois } = await import('./run-medsam-rois.ts');
      process.exitCode = await runMedsamRois(results, out, options);
    });
}
