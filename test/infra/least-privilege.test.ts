import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { DatasetStack } from '../../infra/dataset-stack.ts';
import { settingsOf } from '../../infra/settings.ts';
import { sharedKeys } from '../../shared/sharing/shared-keys.ts';

/** What each function may do with the bucket; a key that ends in `*` stands for all that begin with it. */
const BUCKET: Record<string, { read?: string[]; write?: string[]; delete?: string[] }> = {
  settle: { read: ['runs/queue.json'], write: ['runs/queue.json'] },
  plan: {
    read: [
      'raw/*',
      'runs/*',
      'out/.state/*',
      'out/nifti/*',
      'out/final/images/*',
      'out/stats/*',
      'out/reports/*',
    ],
    write: ['runs/*', 'out/.state/*'],
  },
  convert: {
    read: ['raw/images/dicom/*', 'runs/*', 'out/.state/*', 'out/nifti/*'],
    write: ['out/.state/*', 'out/nifti/*'],
  },
  normalize: {
    read: ['runs/*', 'out/.state/*', 'out/nifti/*', 'out/stats/*'],
    write: ['out/.state/*', 'out/stats/*'],
  },
  statistics: { read: ['runs/*', 'out/.state/*', 'out/nifti/*'], write: ['out/.state/*'] },
  instances: {
    read: ['raw/images/nifti/*', 'runs/*', 'out/.state/*', 'out/nifti/*', 'out/final/images/*'],
    write: ['out/.state/*', 'out/final/images/*'],
  },
  features: {
    read: ['runs/*', 'out/.state/*', 'out/nifti/*', 'out/final/images/*'],
    write: ['out/.state/*'],
  },
  collect: {
    read: ['runs/*', 'out/.state/*', 'out/nifti/*', 'out/final/images/*', 'out/stats/*', 'out/reports/*'],
    write: ['runs/ended/*', 'out/.state/*', 'out/final/images/*', 'out/reports/*'],
  },
  finalise: { read: ['raw/*', 'out/*', 'runs/*'], write: ['out/*', 'runs/*'], delete: ['out/*'] },
  ended: { read: ['runs/*'], write: ['runs/*'] },
  ingest: {
    read: ['incoming/*', 'raw/*', 'runs/*'],
    write: ['raw/images/dicom/*', 'raw/metadata/series.json', 'runs/unpacked/*', 'runs/ingested/*'],
    delete: ['runs/unpacked/*'],
  },
  changed: { read: ['runs/queue.json'], write: ['runs/queue.json'] },
  redrive: {},
  share: {
    read: [
      'shares/*',
      'out/final-formatted.zip',
      'out/manifest.json',
      'out/release/*',
      'out/report/*',
      'out/final/images/*',
      'out/stats/*',
      'out/reports/series/*',
    ],
    write: ['incoming/*'],
  },
};

const TAKE = 'sqs:ChangeMessageVisibility DeleteMessage GetQueueAttributes GetQueueUrl ReceiveMessage';
const MOVE = 'sqs:DeleteMessage GetQueueAttributes ReceiveMessage StartMessageMoveTask';
const SEND = 'sqs:GetQueueAttributes GetQueueUrl SendMessage';

/** What functions may do beyond the bucket, their own logs, and traces. */
const ELSEWHERE: Record<string, string[]> = {
  settle: ['states:DescribeExecution on executions of the machine'],
  ingest: [`${TAKE} on TriggersArchivesQueue`],
  ended: [`${TAKE} on TriggersEndsQueue`],
  changed: [`${TAKE} on TriggersChangesQueue`, 'states:StartExecution on WorkflowStateMachine'],
  redrive: [
    `${MOVE} on TriggersArchivesDeadLetters`,
    `${MOVE} on TriggersChangesDeadLetters`,
    `${MOVE} on TriggersEndsDeadLetters`,
    `${SEND} on TriggersArchivesQueue`,
    `${SEND} on TriggersChangesQueue`,
    `${SEND} on TriggersEndsQueue`,
  ],
};

const template = (() => {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new DatasetStack(app, 'RecistDataset', settingsOf(app)));
})();

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: { StringLike?: Record<string, string[]> };
}

const statementsByFunction = (): Record<string, Statement[]> => {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  return Object.fromEntries(
    Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => {
      const role = Properties.Role['Fn::GetAtt'][0];
      const own = policies.filter((one) =>
        one.Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
      );
      return [
        id.replace(/Function\w{8}$/, ''),
        own.flatMap((one) => one.Properties.PolicyDocument.Statement as Statement[]),
      ];
    }),
  );
};

/** A resource in a word: a key of the bucket, the name of a construct, or `*`. */
function resourceText(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { Ref, ...functions } = resource as {
    Ref?: string;
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: unknown[][];
  };
  const name = Ref ?? functions['Fn::GetAtt']?.[0];
  if (name) return name.replace(/[0-9A-F]{8}$/, '');
  const parts = functions['Fn::Join']![1] as unknown[];
  const text = parts.map((part) => (typeof part === 'string' ? part : '')).join('');
  return text === 'arn::states:::execution:RecistDataset-build:*' ? 'executions of the machine' : text;
}

/** `service:Action Action on resource`, once for each resource. */
function rightsOf({ Effect, Action, Resource, Condition }: Statement): string[] {
  const [service] = [Action].flat()[0].split(':');
  const actions = [Action].flat().map((action) => action.replace(`${service}:`, ''));
  const resources = [Resource].flat().map(resourceText);
  const keys = Condition?.StringLike?.['s3:prefix'] ?? [];
  const condition = keys.length ? ` of ${keys.toSorted().join(' ')}` : '';
  return resources.map((resource) => `${Effect} ${service}:${actions.join(' ')} on ${resource}${condition}`);
}

function expectedRights(name: string): string[] {
  const { read = [], write = [], delete: remove = [] } = BUCKET[name];
  const rights = [
    `Allow logs:CreateLogStream PutLogEvents on ${name}Logs`,
    'Allow xray:PutTelemetryRecords PutTraceSegments on *',
    ...(ELSEWHERE[name] ?? []).map((right) => `Allow ${right}`),
  ];
  const onObjects = new Map<string, string[]>();
  const allow = (keys: string[], ...actions: string[]) => {
    for (const key of keys) onObjects.set(key, [...(onObjects.get(key) ?? []), ...actions]);
  };
  allow(read, 'GetObject');
  allow(write, 'PutObject', 'AbortMultipartUpload');
  allow(remove, 'DeleteObject');
  for (const [key, actions] of onObjects)
    for (const action of actions) rights.push(`Allow s3:${action} on /${key}`);
  const listed = read.map((key) => (key.endsWith('*') ? key : `${key}*`)).sort();
  if (listed.length) rights.push(`Allow s3:ListBucket on DataBucket of ${listed.join(' ')}`);
  return rights.sort();
}

test('every function has a role of its own, without managed or inline policies', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const roles = functions.map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
  expect(new Set(roles).size).toBe(functions.length);
  for (const id of roles) {
    const { Properties } = template.findResources('AWS::IAM::Role')[id];
    expect(Object.keys(Properties), id).toEqual(['AssumeRolePolicyDocument']);
  }
});

test('the functions are those of the table', () => {
  expect(Object.keys(statementsByFunction()).sort()).toEqual(Object.keys(BUCKET).sort());
});

test.each(Object.keys(BUCKET))('%s may do what the table says, and nothing else', (name) => {
  const rights = statementsByFunction()[name].flatMap(rightsOf);
  // one line for each action on objects: how statements are merged does not matter
  const single = rights.flatMap((right) => {
    const [, effect, actions, key] = right.match(/^(\w+) s3:([\w ]+) on (\/.+)$/) ?? [];
    return key ? actions.split(' ').map((action) => `${effect} s3:${action} on ${key}`) : [right];
  });
  expect(single.sort()).toEqual(expectedRights(name));
});

test('whatever a share can open is within reach of its function', () => {
  const reach = BUCKET.share.read!;
  const covers = (key: string) =>
    reach.some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : key === one));
  const keys = [...sharedKeys({ kind: 'release' }), ...sharedKeys({ kind: 'series', uuid: '2.25.1' })];
  expect(keys.filter((key) => !covers(`out/${key}`))).toEqual([]);
});

test('the state machine may use the bucket, its own functions and executions, and nothing else', () => {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const role = machine.Properties.RoleArn['Fn::GetAtt'][0];
  const actions = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  const everywhere = actions.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  expect(everywhere.filter((action) => !/^(xray|logs):/.test(action))).toEqual([]);
  const limited = actions.filter(({ Resource }) => Resource !== '*').flatMap(({ Action }) => Action);
  expect([...new Set(limited)].sort()).toEqual([
    'lambda:InvokeFunction',
    's3:AbortMultipartUpload',
    's3:GetObject',
    's3:ListMultipartUploadParts',
    's3:PutObject',
    'states:DescribeExecution',
    'states:RedriveExecution',
    'states:StartExecution',
    'states:StopExecution',
  ]);
});
