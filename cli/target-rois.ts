import { Command } from 'commander';

export function targetRoisCommand(): Command {
  return new Command('target-rois')
    .description('Draw every RECIST target in the slice of its longest axis, and join targets with features.')
    .argument('<dataset>', 'OUT of a build, a folder or s3://bucket/prefix')
    .argument('<out>', 'where to write png/ and targets.csv')
    .addHelpText('after', '\nExample:\n  $ recist-dataset target-rois out rois')
    .action(async (dataset: string, out: string) => {
      const { runTargetRois } = await import('./run-target-rois.ts');
      process.exitCode = await runTargetRois(dataset, out);
    });
}
