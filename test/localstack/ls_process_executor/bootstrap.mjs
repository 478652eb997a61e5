import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':'),
  api = '/2018-06-01/runtime';
const agent = new http.Agent({ keepAlive: true });
const call = (method, p, body) =>
  new Promise((ok, no) => {
    const r = http.request(
      {
        host,
        port,
        method,
        path: api + p,
        agent,
        headers: body
          ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
          : {},
      },
      (res) => {
        const c = [];
        res.on('data', (d) => c.push(d));
        res.on('end', () => ok({ headers: res.headers, text: Buffer.concat(c).toString() }));
        res.on('error', no);
      },
    );
    r.on('error', no);
    r.end(body);
  });
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 1000).unref(); // LocalStack was killed
const asError = (e) =>
  JSON.stringify({
    errorType: e?.name ?? 'Error',
    errorMessage: String(e?.message ?? e),
    trace: String(e?.stack ?? '').split('\n'),
  });
let fn;
try {
  const h = process.env._HANDLER,
    root = process.env.LAMBDA_TASK_ROOT,
    dot = h.indexOf('.', h.lastIndexOf('/') + 1);
  const base = path.resolve(root, h.slice(0, dot)),
    file = ['.js', '.mjs', '.cjs', ''].map((x) => base + x).find((f) => fs.existsSync(f));
  if (!file)
    throw Object.assign(new Error(`Cannot find module '${h.slice(0, dot)}'`), {
      name: 'Runtime.ImportModuleError',
    });
  const mod = await import(pathToFileURL(file).href);
  fn =
    h
      .slice(dot + 1)
      .split('.')
      .reduce((o, k) => o?.[k], mod) ??
    h
      .slice(dot + 1)
      .split('.')
      .reduce((o, k) => o?.[k], mod.default ?? {});
  if (typeof fn !== 'function')
    throw Object.assign(new Error(`${h} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
} catch (e) {
  await call('POST', '/init/error', asError(e));
  process.exit(1);
}
for (;;) {
  const n = await call('GET', '/invocation/next'),
    id = n.headers['lambda-runtime-aws-request-id'],
    deadline = Number(n.headers['lambda-runtime-deadline-ms']);
  process.env._X_AMZN_TRACE_ID = n.headers['lambda-runtime-trace-id'];
  const ctx = {
    awsRequestId: id,
    invokedFunctionArn: n.headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const out = await new Promise((ok, no) => {
      const r = fn(JSON.parse(n.text), ctx, (e, v) => (e ? no(e) : ok(v)));
      if (r?.then) r.then(ok, no);
      else if (fn.length < 3) ok(r);
    });
    await call('POST', `/invocation/${id}/response`, JSON.stringify(out === undefined ? null : out));
  } catch (e) {
    console.error(e);
    await call('POST', `/invocation/${id}/error`, asError(e));
  }
}
