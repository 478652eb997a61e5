import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Chain,
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  Parallel,
  Pass,
  ResultWriterV2,
  S3JsonItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { StepName } from '../shared/pipeline/step.ts';
import { acknowledge, findingArn } from './acknowledged.ts';
import type { DataBucket } from './data-bucket.ts';
import type { DatasetFunction } from './dataset-function.ts';
import { type StepTree, stepTree } from './series-chain.ts';
import type { Settings } from './settings.ts';

export type WorkflowFunction = StepName | 'collect' | 'settle' | 'plan' | 'finalise';

export interface WorkflowProps {
  data: DataBucket;
  functions: Record<WorkflowFunction, DatasetFunction>;
  settings: Settings;
}

/** Faults of the service, of the network or of the store: the same call may well succeed later. */
const TRANSIENT = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'STORE_UNREADABLE',
];
/** A function that exited, ran out of memory or out of time: once more, as it may have been its host. */
const CRASHED = [
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
  'States.Timeout',
];

/**
 * The Standard state machine: wait for quiet, plan, a Distributed Map over the planned series, finalise. No state's
 * payload grows with the number of series. A step that crashes lets its series end in quarantine; one that fails
 * outside the map ends the run, which can be redriven from there.
 */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly #functions: WorkflowProps['functions'];

  constructor(scope: Construct, id: string, { data, functions, settings }: WorkflowProps) {
    super(scope, id);
    this.#functions = functions;
    // a name of our own: the role of `settle` names the executions, and the machine names `settle`
    const name = `${Stack.of(this).stackName}-build`;
    functions.settle.fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: [
          Stack.of(this).formatArn({
            service: 'states',
            resource: 'execution',
            resourceName: `${name}:*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    );
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(this.#definition(data, settings)),
      timeout: Duration.days(2),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${this.node.addr.slice(0, 12)}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: true,
      },
    });
    this.#explain(data, name, functions);
  }

  /** What cdk-nag finds and why it is so. */
  #explain(data: DataBucket, name: string, functions: WorkflowProps['functions']): void {
    const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:`;
    const ownName = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${findingArn(this.stateMachine, '').slice(1, -1)}"}]}]}`;
    const own = 'executions of this very machine; their names are made at run time';
    acknowledge(functions.settle, `IAM5[Resource::${executions}${name}:*]`, own);
    acknowledge(this, `IAM5[Resource::${executions}${ownName}:*]`, own);
    acknowledge(this, `IAM5[Resource::${executions}${ownName}/series:*]`, own);
    for (const { fn } of Object.values(functions)) {
      acknowledge(this, `IAM5[Resource::${findingArn(fn)}:*]`, 'any version of a function of this stack');
    }
    const objects = `arn:<AWS::Partition>:s3:::${findingArn(data.bucket, '')}/*`;
    acknowledge(
      this,
      `IAM5[Resource::${objects}]`,
      'the CDK grants the map reader and writer the bucket, not a prefix',
    );
    acknowledge(this, 'IAM5[Resource::*]', 'X-Ray and log delivery have no resources to name');
    acknowledge(
      this,
      'SF1',
      'a Standard machine keeps its history; logging all events of 10,000 series costs more than it tells',
    );
  }

  #definition(data: DataBucket, settings: Settings): Chain {
    const settle = this.#task('settle', 'Settle', {
      payload: { run: JsonPath.stringAt('$.run'), execution: JsonPath.stringAt('$$.Execution.Id') },
      resultPath: '$.settled',
    });
    const wait = new Wait(this, 'Wait for quiet', { time: WaitTime.secondsPath('$.settled.waitSeconds') });
    const build = this.#task('plan', 'Plan', { resultPath: '$.planned' })
      .next(this.#map(data, settings))
      .next(this.#task('finalise', 'Finalise', { resultPath: '$.finalised' }));
    return settle.next(
      new Choice(this, 'Quiet?')
        .when(Condition.stringEquals('$.settled.state', 'ready'), build)
        .when(Condition.stringEquals('$.settled.state', 'wait'), wait.next(settle))
        .otherwise(new Succeed(this, 'Superseded')),
    );
  }

  #map(data: DataBucket, { local, concurrency }: Settings): DistributedMap {
    const map = new DistributedMap(this, 'Each series', {
      label: 'series',
      itemReader: new S3JsonItemReader({
        bucket: data.reference,
        key: JsonPath.format('runs/{}/items.json', JsonPath.stringAt('$.run')),
      }),
      itemSelector: { 'run.$': '$.run', 'uuid.$': '$$.Map.Item.Value.uuid' },
      maxConcurrency: concurrency,
      resultPath: JsonPath.DISCARD,
      // LocalStack 4.14 refuses the writer; without it results come inline, which is well for some hundred series
      ...(!local && {
        resultWriterV2: new ResultWriterV2({ bucket: data.reference, prefix: 'runs/map-results/' }),
      }),
    });
    return map.itemProcessor(this.#series());
  }

  /** One series: the tree of its steps, then `collect`, which also comes when a step has failed for good. */
  #series(): IChainable {
    const collect = this.#task('collect', 'Collect', { resultPath: JsonPath.DISCARD });
    const [root, ...others] = stepTree();
    if (others.length) throw new Error('the workflow is drawn for one first step');
    const steps = new Parallel(this, 'Steps', { resultPath: JsonPath.DISCARD }).branch(this.#branch(root));
    steps.addCatch(collect, { errors: ['States.ALL'], resultPath: '$.failure' });
    return steps.next(collect).next(new Pass(this, 'Collected', { parameters: { 'uuid.$': '$.uuid' } }));
  }

  #branch({ step, next }: StepTree): Chain {
    const task = Chain.start(this.#task(step, step, { resultPath: JsonPath.DISCARD }));
    if (next.length === 0) return task;
    if (next.length === 1) return task.next(this.#branch(next[0]));
    const sideBySide = new Parallel(this, `After ${step}`, { resultPath: JsonPath.DISCARD });
    for (const tree of next) sideBySide.branch(this.#branch(tree));
    return task.next(sideBySide);
  }

  #task(
    name: WorkflowFunction,
    id: string,
    { payload, resultPath }: { payload?: Record<string, string>; resultPath: string },
  ): LambdaInvoke {
    const task = new LambdaInvoke(this, id, {
      lambdaFunction: this.#functions[name].fn,
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      resultPath,
      ...(payload && { payload: TaskInput.fromObject(payload) }),
    });
    task.addRetry({
      errors: TRANSIENT,
      interval: Duration.seconds(1),
      backoffRate: 2,
      maxAttempts: 6,
      maxDelay: Duration.seconds(60),
      jitterStrategy: JitterType.FULL,
    });
    task.addRetry({ errors: CRASHED, interval: Duration.seconds(2), maxAttempts: 1 });
    return task;
  }
}
