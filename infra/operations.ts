import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  SingleValueWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DatasetFunction } from './dataset-function.ts';
import type { QueueWithDeadLetters } from './queue.ts';
import type { Settings } from './settings.ts';

export interface OperationsProps {
  functions: Record<string, DatasetFunction>;
  queues: Record<string, QueueWithDeadLetters>;
  stateMachine: StateMachine;
  settings: Settings;
}

const PERIOD = Duration.minutes(5);

/** One dashboard, and an alarm for each thing that needs a human: the runbook has a section on every one. */
export class Operations extends Construct {
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, { functions, queues, stateMachine, settings }: OperationsProps) {
    super(scope, id);
    this.alarms = new Topic(this, 'Alarms', { enforceSSL: true });
    if (settings.alarmEmail) this.alarms.addSubscription(new EmailSubscription(settings.alarmEmail));
    const fns = Object.entries(functions);
    this.#alarm('RunFailed', 'A run failed', stateMachine.metricFailed({ period: PERIOD }));
    this.#alarm(
      'RunTimedOut',
      'A run took more than two days',
      stateMachine.metricTimedOut({ period: PERIOD }),
    );
    for (const [name, { deadLetters }] of Object.entries(queues)) {
      const waiting = deadLetters.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      });
      this.#alarm(`${name}DeadLetters`, `Messages of the queue ${name} failed for good`, waiting);
    }
    const errors = fns.map(([name, { fn }]) => fn.metricErrors({ period: PERIOD, label: name }));
    // those of the workflow's functions are tried again and end in RunFailed; these have nobody else to tell of them
    const alone = ['ended', 'ingest', 'changed', 'redrive', 'share'];
    const ofAlone = alone.map((name) => functions[name].fn.metricErrors({ period: PERIOD }));
    this.#alarm(
      'FunctionErrors',
      'More than ten errors of functions outside the workflow',
      sumOf(ofAlone),
      10,
    );
    const throttles = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Throttles',
      statistic: 'Sum',
      period: PERIOD,
    });
    this.#alarm(
      'Throttled',
      'Functions of the account are throttled: raise its limit or lower concurrency',
      throttles,
      50,
    );
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(1) });
    dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Runs',
        width: 24,
        metrics: [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed()],
      }),
      graph(
        'Duration (ms, p90)',
        fns.map(([label, { fn }]) => fn.metricDuration({ label, statistic: 'p90' })),
      ),
      graph('Errors', errors),
      graph(
        'Concurrent',
        fns.map(([label, { fn }]) => fn.metric('ConcurrentExecutions', { label, statistic: 'Maximum' })),
      ),
      graph(
        'Queues',
        Object.entries(queues).flatMap(([name, { queue, deadLetters }]) => [
          queue.metricApproximateNumberOfMessagesVisible({ label: name }),
          deadLetters.metricApproximateNumberOfMessagesVisible({ label: `${name} dead letters` }),
        ]),
      ),
    );
  }

  #alarm(id: string, alarmDescription: string, metric: IMetric, threshold = 0): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.alarms));
  }
}

function sumOf(metrics: IMetric[]): IMetric {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: Object.keys(usingMetrics).join('+'),
    usingMetrics,
    period: PERIOD,
  });
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12 });
}
