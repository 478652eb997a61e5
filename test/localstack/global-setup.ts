import { deployStack } from './deploy.ts';
import { startLocalstack } from './localstack.ts';

/** Starts LocalStack and deploys the stack once; the test files find both through the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  const localstack = await startLocalstack();
  try {
    Object.assign(process.env, localstack.environment);
    process.env.STACK_OUTPUTS = JSON.stringify(await deployStack());
  } catch (error) {
    await localstack.stop();
    throw error;
  }
  return localstack.stop;
}
