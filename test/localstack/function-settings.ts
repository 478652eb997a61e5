import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { until } from './deployment.ts';

export interface FunctionSettings {
  /** Added to the function's own variables. */
  environment?: Record<string, string>;
  memoryMiB?: number;
  timeoutSeconds?: number;
}

const lambda = new LambdaClient();
/** The settings of the changed functions as they were. */
const changed = new Map<string, UpdateFunctionConfigurationCommandInput>();

/** Changes a function until `restore`, so that its next process starts with the settings. */
export async function configure(name: string, settings: FunctionSettings): Promise<void> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
  const { FunctionName } = Functions.find((one) => one.FunctionName?.includes(`-${name}Function`))!;
  const { Environment, MemorySize, Timeout } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const Variables = { ...Environment?.Variables };
  const before = { FunctionName: FunctionName!, Environment: { Variables }, MemorySize, Timeout };
  if (!changed.has(name)) changed.set(name, before);
  await update({
    ...before,
    Environment: { Variables: { ...Variables, ...settings.environment } },
    MemorySize: settings.memoryMiB ?? MemorySize,
    Timeout: settings.timeoutSeconds ?? Timeout,
  });
}

/** Gives every changed function its own settings back. */
export async function restore(): Promise<void> {
  for (const before of changed.values()) await update(before);
  changed.clear();
}

async function update(settings: UpdateFunctionConfigurationCommandInput): Promise<void> {
  await lambda.send(new UpdateFunctionConfigurationCommand(settings));
  const { FunctionName } = settings;
  await until('the change', async () => {
    const { LastUpdateStatus } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return LastUpdateStatus === 'Successful';
  });
}
