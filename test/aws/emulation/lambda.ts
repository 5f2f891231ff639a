/** Invokes functions: environments that are kept warm, two of a function at most, and Lambda's ways of asking. */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { account, region } from './calls.ts';
import type { FunctionSpec } from './deployed.ts';
import type { Invocations } from './endpoint.ts';
import { type Environment, type Outcome, startEnvironment, type Violation } from './lambda-environment.ts';
import { jsonCall, sleep } from './local-http.ts';
import { tail } from './process.ts';

/** The machine has two processors. */
export const mostSideBySide = 2;
/** Lambda waits a minute before it tries an asynchronous invocation again. */
const secondsToRetry = 0.2;

export type Memory = { function: string; allowed: number; peak: number };

export type Lambda = Invocations & {
  invoke(name: string, payload: string): Promise<Outcome>;
  /** Asynchronously, with retries and the queue of failures; resolves when it is over for good. */
  send(name: string, payload: string): Promise<Outcome>;
  inFlight(): number;
  memory(): Memory[];
  coldStarts(): { function: string; milliseconds: number }[];
  violations: Violation[];
  log(name: string): string;
  /** Kills one process of the function, or every one; how many. */
  killProcesses(name: string, serial?: number): number;
  /** Ends the idle processes of the function and forgets their peak: its next event has a fresh one. */
  beginAnew(name: string): void;
  stop(): void;
};

type Pool = {
  spec: FunctionSpec;
  task: string;
  environments: Environment[];
  starting: number;
  waiting: (() => void)[];
  peak: number;
  coldStarts: number[];
};

export function makeLambda(by: {
  specs: readonly FunctionSpec[];
  endpoint: string;
  assembly: string;
  folder: string;
  logs: string;
}): Lambda {
  const assets = assetFolders(by.assembly);
  const violations: Violation[] = [];
  let serial = 0;
  let flying = 0;
  let stopped = false;
  const pools = new Map<string, Pool>();
  for (const spec of by.specs) {
    const task = join(by.folder, 'tasks', spec.name);
    // Out of the repository, where no import finds what the bundle lacks.
    mkdirSync(task, { recursive: true });
    cpSync(assets.get(spec.codeKey)!, task, { recursive: true });
    pools.set(spec.name, { spec, task, environments: [], starting: 0, waiting: [], peak: 0, coldStarts: [] });
  }

  function poolOf(name: string): Pool {
    const pool = pools.get(name);
    if (pool === undefined)
      throw new Error(`there is no function ${name}, only ${[...pools.keys()].join(', ')}`);
    return pool;
  }

  async function environmentOf(pool: Pool): Promise<Environment> {
    const most = Math.min(mostSideBySide, pool.spec.mostConcurrent ?? mostSideBySide);
    for (;;) {
      retire(pool);
      const idle = pool.environments.find(({ busy, alive }) => alive && !busy);
      if (idle !== undefined) {
        idle.busy = true;
        return idle;
      }
      if (pool.environments.length + pool.starting < most) {
        pool.starting += 1;
        serial += 1;
        const environment = await startEnvironment(pool.spec, {
          serial,
          endpoint: by.endpoint,
          task: pool.task,
          folder: join(by.folder, 'tmp'),
          log: logOf(pool.spec.name),
          violated: (violation) => violations.push(violation),
        });
        pool.starting -= 1;
        environment.busy = true;
        pool.environments.push(environment);
        return environment;
      }
      await new Promise<void>((resolve) => pool.waiting.push(resolve));
    }
  }

  function retire(pool: Pool): void {
    for (const { peak, coldStart, alive } of pool.environments) {
      pool.peak = Math.max(pool.peak, peak);
      if (!alive && coldStart !== null) pool.coldStarts.push(coldStart);
    }
    pool.environments = pool.environments.filter(({ alive }) => alive);
  }

  async function invoke(name: string, payload: string): Promise<Outcome> {
    const pool = poolOf(name);
    if (stopped) return { failed: true, payload: '{"errorType":"Emulation.Stopped"}' };
    flying += 1;
    try {
      const environment = await environmentOf(pool);
      return await environment.invoke(payload);
    } finally {
      flying -= 1;
      retire(pool);
      pool.waiting.shift()?.();
    }
  }

  async function send(name: string, payload: string): Promise<Outcome> {
    const { spec } = poolOf(name);
    flying += 1;
    try {
      let outcome = await invoke(name, payload);
      for (let tries = 0; outcome.failed && tries < spec.retries; tries += 1) {
        await sleep(secondsToRetry * 1000);
        outcome = await invoke(name, payload);
      }
      if (outcome.failed && spec.failuresTo !== null && !stopped) await keepFailure(spec, payload, outcome);
      return outcome;
    } finally {
      flying -= 1;
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  async function keepFailure(spec: FunctionSpec, payload: string, outcome: Outcome): Promise<void> {
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    const { errorMessage = '' } = JSON.parse(outcome.payload) as { errorMessage?: string };
    await jsonCall(by.endpoint, {
      service: 'sqs',
      target: 'AmazonSQS.SendMessage',
      caller: spec.name,
      via: 'lambda',
      fields: {
        QueueUrl: `${by.endpoint}/${account}/${spec.failuresTo!.split(':').at(-1)}`,
        MessageBody: payload,
        MessageAttributes: {
          RequestID: attribute(randomUUID()),
          ErrorCode: attribute('200'),
          ErrorMessage: attribute(errorMessage.slice(0, 1000) || 'unknown'),
        },
      },
    });
  }

  const logOf = (name: string) => join(by.logs, `${name}.log`);

  return {
    violations,
    invoke,
    send,
    has: (name) => pools.has(name),
    inFlight: () => flying,
    async answer(name, { payload, type }) {
      const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
      if (type === 'Event') {
        // The caller is answered at once; what becomes of it, `keepFailure` tells.
        send(name, payload).catch((error) => {
          if (!stopped) throw error;
        });
        return { status: 202, headers, body: '' };
      }
      const outcome = await invoke(name, payload);
      const error: Record<string, string> = outcome.failed ? { 'x-amz-function-error': 'Unhandled' } : {};
      return {
        status: 200,
        headers: { ...headers, 'x-amz-executed-version': '$LATEST', ...error },
        body: outcome.payload,
      };
    },
    kill(caller, process) {
      return this.killProcesses(caller, process) > 0;
    },
    killProcesses(name, only) {
      const doomed = poolOf(name).environments.filter(
        (one) => one.alive && (only === undefined || one.serial === only),
      );
      for (const environment of doomed) environment.kill();
      return doomed.length;
    },
    beginAnew(name) {
      const pool = poolOf(name);
      for (const environment of pool.environments) if (!environment.busy) environment.kill();
      retire(pool);
      pool.peak = 0;
    },
    memory() {
      return [...pools.values()].map((pool) => ({
        function: pool.spec.name,
        allowed: pool.spec.memory * 1024 * 1024,
        peak: Math.max(pool.peak, ...pool.environments.map(({ peak }) => peak)),
      }));
    },
    coldStarts() {
      return [...pools.values()].flatMap((pool) =>
        [...pool.coldStarts, ...pool.environments.flatMap(({ coldStart }) => coldStart ?? [])].map(
          (milliseconds) => ({ function: pool.spec.name, milliseconds }),
        ),
      );
    },
    log: (name) => tail(logOf(name), 10_000),
    stop() {
      stopped = true;
      for (const pool of pools.values()) for (const environment of pool.environments) environment.kill();
    },
  };
}

/** From the key that a template names to the folder in the assembly that was put there. */
function assetFolders(assembly: string): Map<string, string> {
  const { artifacts } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { file?: string } }>;
  };
  const folders = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest') continue;
    const { files } = JSON.parse(readFileSync(join(assembly, properties!.file!), 'utf8')) as {
      files: Record<
        string,
        { source: { path: string }; destinations: Record<string, { objectKey: string }> }
      >;
    };
    for (const { source, destinations } of Object.values(files))
      for (const { objectKey } of Object.values(destinations))
        folders.set(objectKey, join(assembly, source.path));
  }
  return folders;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html, as AWS_IAM gives it. */
export function urlEvent(by: {
  body: string;
  callerArn: string;
  host: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
}): object {
  const { method = 'POST', path = '/', headers = {} } = by;
  const now = new Date();
  const isAssumed = by.callerArn.includes(':assumed-role/');
  const iam = {
    accessKey: 'ASIAEXAMPLE',
    accountId: account,
    callerId: isAssumed ? `AROAEXAMPLE:${by.callerArn.split('/').at(-1)}` : 'AIDAEXAMPLE',
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: by.callerArn,
    userId: isAssumed ? `AROAEXAMPLE:${by.callerArn.split('/').at(-1)}` : 'AIDAEXAMPLE',
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host: by.host, ...headers },
    requestContext: {
      accountId: account,
      apiId: by.host.split('.')[0],
      authentication: null,
      authorizer: { iam },
      domainName: by.host,
      domainPrefix: by.host.split('.')[0],
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: `emulation-${region}` },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    body: by.body,
    isBase64Encoded: false,
  };
}
