import { startLocalstack } from './localstack.ts';

/** Starts LocalStack before the first test file, and hands its address on through the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  const localstack = await startLocalstack();
  Object.assign(process.env, localstack.environment);
  return localstack.stop;
}
