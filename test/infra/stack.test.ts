import { readFileSync } from 'node:fs';
import validate from 'asl-validator';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { DatasetStack } from '../../infra/dataset-stack.ts';
import { stepTree } from '../../infra/series-chain.ts';
import { settingsOf } from '../../infra/settings.ts';
import { seriesSteps } from '../../shared/pipeline/workflow.ts';

const FLAGS = {
  '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  'aws:cdk:bundling-stacks': [],
};

function templateOf(context: Record<string, unknown> = {}): Template {
  const app = new App({ context: { ...FLAGS, ...context } });
  return Template.fromStack(new DatasetStack(app, 'RecistDataset', settingsOf(app)));
}

let template: Template;
beforeAll(() => {
  template = templateOf();
});

interface State {
  Type: string;
  Branches?: Machine[];
  ItemProcessor?: Machine;
  [field: string]: unknown;
}
interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

function definitionOf(from: Template): Machine {
  const [machine] = Object.values(from.findResources('AWS::StepFunctions::StateMachine'));
  const parts: unknown[] = machine.Properties.DefinitionString['Fn::Join'][1];
  return JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:eu-west-1:1:f')).join(''),
  );
}

function statesOf(machine: Machine): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap(statesOf),
    ...(state.ItemProcessor ? statesOf(state.ItemProcessor) : []),
  ]);
}

describe('the state machine', () => {
  test('is valid Amazon States Language', () => {
    expect(validate(definitionOf(template)).errors).toEqual([]);
  });

  test('has every step of the workflow once, after all steps it comes after', () => {
    const seen: string[] = [];
    const walk = (trees: ReturnType<typeof stepTree>, above: string[]) => {
      for (const { step, next } of trees) {
        const { after } = seriesSteps.find(({ name }) => name === step)!;
        expect(
          after.filter((name) => !above.includes(name)),
          step,
        ).toEqual([]);
        seen.push(step);
        walk(next, [...above, step]);
      }
    };
    walk(stepTree(), []);
    expect(seen.sort()).toEqual(seriesSteps.map(({ name }) => name).sort());
    const names = statesOf(definitionOf(template)).map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(seen));
  });

  test('reads its series from the bucket, writes results there, and keeps none in its payload', () => {
    const map = definitionOf(template).States['Each series'];
    expect(map).toMatchObject({
      ItemReader: { ReaderConfig: { InputType: 'JSON' } },
      ResultWriter: { Parameters: { Prefix: 'runs/map-results/' } },
      ResultPath: null,
      MaxConcurrency: 100,
    });
    expect(definitionOf(templateOf({ local: 'true' })).States['Each series'].ResultWriter).toBeUndefined();
  });

  test('tries every task again, and collects a series whatever becomes of its steps', () => {
    const tasks = statesOf(definitionOf(template)).filter(([, { Type }]) => Type === 'Task');
    expect(tasks).toHaveLength(seriesSteps.length + 4);
    for (const [name, { Retry }] of tasks) expect(Retry, name).toHaveLength(2);
    const steps = statesOf(definitionOf(template)).find(([name]) => name === 'Steps')![1];
    expect(steps.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'Collect' }]);
  });
});

describe('the bucket', () => {
  test('is never public, versioned, encrypted, and reports to EventBridge', () => {
    for (const bucket of Object.values(template.findResources('AWS::S3::Bucket'))) {
      expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(bucket.Properties.BucketEncryption).toBeDefined();
    }
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  test('refuses plain HTTP', () => {
    const deny = Match.objectLike({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([deny]) },
    });
  });
});

test('what fails for good is kept: every queue has dead letters, and an alarm on them', () => {
  const queues = Object.values(template.findResources('AWS::SQS::Queue'));
  expect(queues.filter(({ Properties }) => Properties.RedrivePolicy)).toHaveLength(queues.length / 2);
  template.resourcePropertiesCountIs(
    'AWS::CloudWatch::Alarm',
    { MetricName: 'ApproximateNumberOfMessagesVisible' },
    3,
  );
});

test('what fails for good can be sent back: events go into queues, and SQS alone fills dead-letter queues', () => {
  const isQueue = (arn: { 'Fn::GetAtt': [string] }) =>
    template.findResources('AWS::SQS::Queue')[arn['Fn::GetAtt'][0]].Properties.RedrivePolicy !== undefined;
  for (const { Properties } of Object.values(template.findResources('AWS::Events::Rule'))) {
    for (const { Arn, DeadLetterConfig } of Properties.Targets) {
      expect(isQueue(Arn)).toBe(true);
      expect(DeadLetterConfig).toBeUndefined();
    }
  }
});

test('the resources are these', () => {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(template.toJSON().Resources as Record<string, { Type: string }>)) {
    counts[Type] = (counts[Type] ?? 0) + 1;
  }
  expect(counts).toMatchSnapshot();
});

test('every function logs JSON to a group that is kept for three months, and is traced, as the machine is', () => {
  const groups = template.findResources('AWS::Logs::LogGroup');
  for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
    const { LoggingConfig, TracingConfig } = Properties;
    expect(LoggingConfig).toMatchObject({ LogFormat: 'JSON' });
    expect(groups[LoggingConfig.LogGroup.Ref].Properties.RetentionInDays).toBe(90);
    expect(TracingConfig).toEqual({ Mode: 'Active' });
  }
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    TracingConfiguration: { Enabled: true },
  });
});

test('every alarm tells the topic, and the runbook has a section on it', () => {
  const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const headings = runbook.split('\n').filter((line) => line.startsWith('## Alarm'));
  const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
  for (const [id, { Properties }] of Object.entries(template.findResources('AWS::CloudWatch::Alarm'))) {
    expect(Properties.AlarmActions, id).toEqual([{ Ref: topic }]);
    const name = id.replace(/^Operations|\w{8}$/g, '');
    expect(
      headings.filter((line) => line.includes(name)),
      name,
    ).toHaveLength(1);
  }
});
