/**
 * What Lambda's Node runtime does in each environment: loads the handler, asks the Runtime API for events, and sends
 * back what the handler answers. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { existsSync } from 'node:fs';
import http from 'node:http';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Kept from before the handler is loaded: Lambda's own client is native, and no tracer of the handler's sees it.
const ask = http.request;
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const api = (method, path, { body, headers } = {}) =>
  new Promise((resolve, reject) => {
    const request = ask({ host, port, method, path: `/2018-06-01/runtime/${path}`, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(body);
  });

const described = (error) => ({
  errorType: error?.name ?? 'Error',
  errorMessage: error?.message ?? String(error),
  trace: String(error?.stack ?? '').split('\n'),
});
const failed = async (path, error) => {
  const report = described(error);
  await api('POST', path, {
    body: JSON.stringify(report),
    headers: { 'Lambda-Runtime-Function-Error-Type': report.errorType, 'content-type': 'application/json' },
  });
};

async function loadHandler() {
  const [file, name] = process.env._HANDLER.split('.');
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(process.env.LAMBDA_TASK_ROOT, `${file}${extension}`))
    .find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw Object.assign(new Error(`there is no ${file}`), { name: 'Runtime.ImportModuleError' });
  const loaded = await import(pathToFileURL(path));
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== 'function')
    throw Object.assign(new Error(`${name} of ${file} is no function`), { name: 'Runtime.HandlerNotFound' });
  return handler;
}

// As in Lambda, either ends the environment, and the invocation with it.
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error) => {
    console.error(error);
    process.exit(129);
  });

// Hundreds of processes load the same few bundles. They end by SIGKILL, so that what was compiled is kept at once.
enableCompileCache(process.argv[2]);
let handler;
try {
  handler = await loadHandler();
  flushCompileCache();
} catch (error) {
  console.error(error);
  await failed('init/error', error);
  process.exit(1);
}

for (;;) {
  const { headers, text } = await api('GET', 'invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  const context = {
    awsRequestId: id,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
  };
  try {
    const answer = await handler(JSON.parse(text), context);
    await api('POST', `invocation/${id}/response`, { body: JSON.stringify(answer) ?? 'null' });
  } catch (error) {
    console.error(error);
    await failed(`invocation/${id}/error`, error);
  }
}
