import type { App } from 'aws-cdk-lib';

/** What a deployment can be told, by `-c name=value`; each has a default. */
export interface Settings {
  /** Leaves out what LocalStack cannot deploy or run; never for AWS. */
  local: boolean;
  /** How long nothing may change below `raw/` before a build begins. */
  quietSeconds: number;
  /** Series under way at once. */
  concurrency: number;
  toleratedFailurePercent: number;
  /** Build options as JSON, as the command line has them: `{"saveNonAccepted":true}`. */
  buildOptions: string;
  /** Where alarms are mailed to; nobody when empty. */
  alarmEmail: string;
  /** Encrypts the bucket with a key of the account instead of S3's own. */
  kms: boolean;
  /** Deletes the bucket with the stack, if it is empty. */
  removeData: boolean;
}

export function settingsOf(app: App): Settings {
  const text = (name: string, otherwise: string) => String(app.node.tryGetContext(name) ?? otherwise);
  const flag = (name: string) => text(name, 'false') === 'true';
  return {
    local: flag('local'),
    quietSeconds: Number(text('quietSeconds', '300')),
    concurrency: Number(text('concurrency', '100')),
    toleratedFailurePercent: Number(text('toleratedFailurePercent', '5')),
    buildOptions: text('buildOptions', '{}'),
    alarmEmail: text('alarmEmail', ''),
    kms: flag('kms'),
    removeData: flag('removeData'),
  };
}
