import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import type { DatasetFunction } from './dataset-function.ts';
import { QueueWithDeadLetters } from './queue.ts';

export interface TriggersProps {
  data: DataBucket;
  stateMachine: StateMachine;
  ingest: DatasetFunction;
  changed: DatasetFunction;
  ended: DatasetFunction;
  local: boolean;
}

/** What makes the dataset follow its bucket: archives are taken in, and changes of `raw/` start a build. */
export class Triggers extends Construct {
  readonly archives: QueueWithDeadLetters;
  readonly changes: QueueWithDeadLetters;
  /** Runs that failed, timed out or were stopped. */
  readonly ends: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    const { data, stateMachine, ingest, changed, ended, local } = props;
    this.archives = new QueueWithDeadLetters(this, 'Archives', ingest.fn.timeout!);
    this.changes = new QueueWithDeadLetters(this, 'Changes', changed.fn.timeout!);
    this.ends = new QueueWithDeadLetters(this, 'Ends', ended.fn.timeout!);
    const ofBucket = { source: ['aws.s3'], resources: [data.bucket.bucketArn] };
    new Rule(this, 'ArchiveUploaded', {
      description: 'A study archive was uploaded to incoming/',
      eventPattern: {
        ...ofBucket,
        detailType: ['Object Created'],
        detail: { object: { key: [{ wildcard: 'incoming/*.zip' }] } },
      },
      targets: [new SqsQueue(this.archives.queue)],
    });
    new Rule(this, 'RawChanged', {
      description: 'Something below raw/ was written or deleted',
      eventPattern: {
        ...ofBucket,
        detailType: ['Object Created', 'Object Deleted'],
        detail: { object: { key: [{ prefix: 'raw/' }] } },
      },
      targets: [new SqsQueue(this.changes.queue)],
    });
    new Rule(this, 'RunFailed', {
      description: 'A run failed, timed out or was stopped',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [stateMachine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      // through a queue: only what SQS itself has put into a dead-letter queue can be sent back from there
      targets: [new SqsQueue(this.ends.queue)],
    });
    ingest.fn.addEventSource(
      new SqsEventSource(this.archives.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: 10,
      }),
    );
    ended.fn.addEventSource(
      new SqsEventSource(this.ends.queue, { batchSize: 10, reportBatchItemFailures: true }),
    );
    changed.fn.addEventSource(
      new SqsEventSource(this.changes.queue, {
        batchSize: local ? 10 : 1000,
        maxBatchingWindow: Duration.seconds(local ? 1 : 20),
        maxConcurrency: 2,
      }),
    );
  }
}
