import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DatasetStack } from './dataset-stack.ts';
import { settingsOf } from './settings.ts';

const app = new App();
new DatasetStack(app, 'RecistDataset', settingsOf(app), {
  description: 'Turns uploaded CT studies and lesion masks into a released dataset',
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
