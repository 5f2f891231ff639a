/**
 * One environment of a function: a process that runs the bundled artefact, with the memory, the time and the /tmp that
 * the template gives it, fed by AWS's Runtime API.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { account, region } from './calls.ts';
import { sizeOf } from './deploy.ts';
import type { FunctionSpec } from './deployed.ts';
import { freePort } from './local-http.ts';
import { endWithUs } from './process.ts';

export type Outcome = { payload: string; failed: boolean };

/** A limit of the template that a function went over. */
export type Violation = {
  function: string;
  limit: 'memory' | 'storage' | 'time';
  allowed: number;
  seen: number;
};

export type Environment = {
  serial: number;
  busy: boolean;
  alive: boolean;
  /** Bytes: the most that were resident at once. */
  peak: number;
  /** Milliseconds from the start of the process to its first question for an event. */
  coldStart: number | null;
  invoke(payload: string): Promise<Outcome>;
  kill(): void;
};

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const mostAnswered = 6_291_556;
const initSeconds = 10;

type Waiting = { id: string; payload: string; settle: (outcome: Outcome) => void; timer?: NodeJS.Timeout };

export async function startEnvironment(
  spec: FunctionSpec,
  by: {
    serial: number;
    endpoint: string;
    /** The artefact, unpacked. */
    task: string;
    folder: string;
    log: string;
    violated: (violation: Violation) => void;
  },
): Promise<Environment> {
  const temporary = join(by.folder, `${spec.name}-${by.serial}`);
  mkdirSync(temporary, { recursive: true });
  let next: ((waiting: Waiting) => void) | null = null;
  let queued: Waiting | null = null;
  let current: Waiting | null = null;
  let initFailure: string | null = null;
  const started = Date.now();

  const server = http.createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      environment.coldStart ??= Date.now() - started;
      const deliver = (waiting: Waiting) => {
        next = null;
        begin(waiting);
        response.writeHead(200, {
          'content-type': 'application/json',
          'Lambda-Runtime-Aws-Request-Id': waiting.id,
          'Lambda-Runtime-Deadline-Ms': Date.now() + spec.timeout * 1000,
          'Lambda-Runtime-Invoked-Function-Arn': spec.arn,
          'Lambda-Runtime-Trace-Id': `Root=1-${randomUUID().slice(0, 8)}-${randomUUID().replaceAll('-', '').slice(0, 24)};Parent=${randomUUID().replaceAll('-', '').slice(0, 16)};Sampled=0`,
        });
        response.end(waiting.payload);
      };
      if (queued === null) next = deliver;
      else deliver(queued);
      queued = null;
      return;
    }
    const body = await text(request);
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end('{"status":"OK"}');
    if (path === 'init/error') initFailure = body;
    else finish({ payload: body, failed: path.endsWith('/error') });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const log = openSync(by.log, 'a');
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${Math.floor(spec.memory * 0.9)}`, bootstrap, `${by.task}-compiled`],
    {
      cwd: by.task,
      env: variables(spec, { ...by, temporary, runtimeApi: `127.0.0.1:${port}` }),
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  endWithUs(child);

  const initTimer = setTimeout(() => environment.kill(), Math.max(initSeconds, spec.timeout) * 1000);
  const samples = watchLimits(child, {
    spec,
    temporary,
    environment: () => environment,
    violated: by.violated,
  });
  child.once('exit', (code, signal) => {
    environment.alive = false;
    clearTimeout(initTimer);
    clearInterval(samples);
    server.close();
    server.closeAllConnections();
    rmSync(temporary, { recursive: true, force: true });
    const how =
      signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
    const id = (current ?? queued)?.id;
    finish({
      failed: true,
      payload:
        initFailure ??
        JSON.stringify({
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${id} Error: Runtime exited with error: ${how}`,
        }),
    });
  });

  function begin(waiting: Waiting): void {
    clearTimeout(initTimer);
    current = waiting;
    waiting.timer = setTimeout(() => {
      const message = `${new Date().toISOString()} ${waiting.id} Task timed out after ${spec.timeout.toFixed(2)} seconds`;
      by.violated({ function: spec.name, limit: 'time', allowed: spec.timeout, seen: spec.timeout });
      finish({
        failed: true,
        payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: message }),
      });
      environment.kill();
    }, spec.timeout * 1000);
  }

  function finish(outcome: Outcome): void {
    const waiting = current ?? queued;
    current = null;
    queued = null;
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    environment.peak = Math.max(environment.peak, peakOf(child.pid));
    environment.busy = false;
    waiting.settle(bounded(outcome));
  }

  const environment: Environment = {
    serial: by.serial,
    busy: false,
    alive: true,
    peak: 0,
    coldStart: null,
    invoke(payload) {
      environment.busy = true;
      return new Promise((settle) => {
        const waiting: Waiting = { id: randomUUID(), payload, settle };
        if (!environment.alive) {
          queued = waiting;
          finish({ failed: true, payload: initFailure ?? '{"errorType":"Runtime.ExitError"}' });
        } else if (next === null) queued = waiting;
        else next(waiting);
      });
    },
    kill() {
      environment.alive = false;
      child.kill('SIGKILL');
    },
  };
  return environment;
}

function bounded(outcome: Outcome): Outcome {
  const bytes = Buffer.byteLength(outcome.payload);
  if (bytes <= mostAnswered) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${mostAnswered} bytes).`;
  return {
    failed: true,
    payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }),
  };
}

/** Kills the process once it is over the template's memory or /tmp: as Lambda does the first, and worse the second. */
function watchLimits(
  child: ChildProcess,
  by: {
    spec: FunctionSpec;
    temporary: string;
    environment: () => Environment;
    violated: (violation: Violation) => void;
  },
): NodeJS.Timeout {
  const memory = by.spec.memory * 1024 * 1024;
  const storage = by.spec.storage * 1024 * 1024;
  let samples = 0;
  const stop = (limit: 'memory' | 'storage', allowed: number, seen: number) => {
    by.violated({ function: by.spec.name, limit, allowed, seen });
    clearInterval(timer);
    by.environment().kill();
  };
  const timer = setInterval(() => {
    const environment = by.environment();
    environment.peak = Math.max(environment.peak, peakOf(child.pid));
    samples += 1;
    if (environment.peak > memory) stop('memory', memory, environment.peak);
    else if (samples % 4 === 0) {
      const used = sizeOf(by.temporary);
      if (used > storage) stop('storage', storage, used);
    }
  }, 50);
  return timer;
}

/** The kernel's own high-water mark, so that no peak falls between two samples. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function variables(
  spec: FunctionSpec,
  by: { serial: number; endpoint: string; task: string; temporary: string; runtimeApi: string },
): Record<string, string> {
  return {
    ...spec.environment,
    AWS_LAMBDA_RUNTIME_API: by.runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${by.serial}`,
    AWS_LAMBDA_LOG_FORMAT: spec.logFormat,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCOUNT_ID: account,
    // The endpoint tells by it which function calls, and which of its processes.
    AWS_ACCESS_KEY_ID: `${spec.name}~${by.serial}`,
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_SESSION_TOKEN: 'emulated',
    AWS_ENDPOINT_URL: by.endpoint,
    _HANDLER: spec.handler,
    _X_AMZN_TRACE_ID: '',
    LAMBDA_TASK_ROOT: by.task,
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: by.temporary,
    TMPDIR: by.temporary,
  };
}

async function text(stream: http.IncomingMessage): Promise<string> {
  stream.setEncoding('utf8');
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}
