import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { DataBucket } from './data-bucket.ts';
import { datasetFunctions } from './functions.ts';
import { Operations } from './operations.ts';
import type { Settings } from './settings.ts';
import { Triggers } from './triggers.ts';
import { Workflow } from './workflow.ts';

/** The whole deployment: a bucket that builds its own release. */
export class DatasetStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, props?: StackProps) {
    super(scope, id, props);
    const data = new DataBucket(this, 'Data', settings);
    const functions = datasetFunctions(this, data, settings);
    const { stateMachine } = new Workflow(this, 'Workflow', {
      data,
      settings,
      functions,
    });
    const { changed, ingest, ended, redrive, share } = functions;
    changed.fn.addEnvironment('STATE_MACHINE', stateMachine.stateMachineArn);
    stateMachine.grantStartExecution(changed.fn);
    const { archives, changes, ends } = new Triggers(this, 'Triggers', {
      data,
      stateMachine,
      ingest,
      changed,
      ended,
      local: settings.local,
    });
    const queues = [archives, changes, ends];
    const deadLetters = queues.map((queue) => queue.deadLetters);
    redrive.fn.addEnvironment('DEAD_LETTER_QUEUES', deadLetters.map(({ queueArn }) => queueArn).join(','));
    for (const { deadLetters: dead, queue } of queues) {
      redrive.fn.addToRolePolicy(
        new PolicyStatement({
          actions: [
            'sqs:StartMessageMoveTask',
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
          ],
          resources: [dead.queueArn],
        }),
      );
      queue.grantSendMessages(redrive.fn);
    }
    const url = share.fn.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    const operations = new Operations(this, 'Operations', {
      functions,
      queues: { Archives: archives, Changes: changes, Ends: ends },
      stateMachine,
      settings,
    });
    new CfnOutput(this, 'BucketName', { value: data.bucket.bucketName });
    new CfnOutput(this, 'StateMachineArn', { value: stateMachine.stateMachineArn });
    new CfnOutput(this, 'ShareUrl', { value: url.url });
    new CfnOutput(this, 'RedriveFunction', { value: redrive.fn.functionName });
    new CfnOutput(this, 'AlarmTopic', { value: operations.alarms.topicArn });
  }
}
