#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { asDatasetError } from '../shared/errors.ts';
import { assessCommand } from './assess.ts';
import { buildCommand } from './build.ts';
import { convertCommand } from './convert.ts';
import { deidentifyCommand } from './deidentify.ts';
import { demoCommand } from './demo.ts';
import { EXIT } from './exit.ts';
import { featuresCommand } from './features.ts';
import { filterCommand } from './filter.ts';
import { instancesCommand } from './instances.ts';
import { medsamRoisCommand } from './medsam-rois.ts';
import { metadataCommand } from './metadata.ts';
import { normalizeCommand } from './normalize.ts';
import { orthancCommand } from './orthanc.ts';
import { otherDatasetsCommand } from './other-datasets.ts';
import { releaseCommand } from './release.ts';
import { renderingsCommand } from './renderings.ts';
import { segmentationsCommand } from './segmentations.ts';
import { shareCommand } from './share.ts';
import { statisticsCommand } from './statistics.ts';
import { statusCommand } from './status.ts';
import { targetRoisCommand } from './target-rois.ts';
import { unzipCommand } from './unzip.ts';
import { verifyCommand } from './verify.ts';
import { windowsCommand } from './windows.ts';

/** Commands load what they need when they run, so that `--help` answers at once. */
const program = new Command('recist-dataset')
  .description('Turns CT studies and hand-drawn lesion masks into a published, RECIST-annotated dataset.')
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .showHelpAfterError('(add --help for what this command takes)')
  .commandsGroup('The whole way:')
  .addCommand(buildCommand())
  .addCommand(statusCommand())
  .addCommand(verifyCommand())
  .addCommand(demoCommand())
  .commandsGroup('Single steps:')
  .addCommand(convertCommand())
  .addCommand(normalizeCommand())
  .addCommand(instancesCommand())
  .addCommand(statisticsCommand())
  .addCommand(featuresCommand())
  .addCommand(metadataCommand())
  .addCommand(releaseCommand())
  .commandsGroup('Before and after:')
  .addCommand(orthancCommand())
  .addCommand(unzipCommand())
  .addCommand(filterCommand())
  .addCommand(windowsCommand())
  .addCommand(segmentationsCommand())
  .addCommand(deidentifyCommand())
  .addCommand(assessCommand())
  .addCommand(shareCommand())
  .addCommand(targetRoisCommand())
  .addCommand(medsamRoisCommand())
  .addCommand(renderingsCommand())
  .addCommand(otherDatasetsCommand());

// a reader that has seen enough, such as head, closes the pipe
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.failed);
  });
}

try {
  for (const command of program.commands) command.exitOverride();
  program.exitOverride();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else {
    const { code, message, stack } = asDatasetError(error);
    process.stderr.write(`error ${code}: ${message}\n`);
    if (code === 'INTERNAL') process.stderr.write(`${stack}\n`);
    process.exitCode = code === 'USAGE' ? EXIT.usage : EXIT.failed;
  }
}
