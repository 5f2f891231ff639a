/** An AWS of one's own on this machine: starts every part, deploys an assembly, and lets a test drive and watch it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp } from '../../../scripts/set-up-emulation.ts';
import { makeAthena } from './athena.ts';
import { account, type Call, region } from './calls.ts';
import { deploy, type Stack } from './deploy.ts';
import {
  type Deployed,
  findDeployed,
  functionsOf,
  mappingsOf,
  readDeployed,
  readIgnored,
} from './deployed.ts';
import { startEndpoint } from './endpoint.ts';
import { type Faults, makeFaults } from './faults.ts';
import { type Lambda, makeLambda, urlEvent } from './lambda.ts';
import { freePort, jsonCall, sleep } from './local-http.ts';
import { startPart, tail, untilReady } from './process.ts';
import { type Disorder, type Pump, startPump } from './queue-pump.ts';
import { startTrino } from './trino-server.ts';

export type Invoked = { failed: boolean; value: unknown };

export type Cloud = {
  endpoint: string;
  region: string;
  account: string;
  /** What an SDK client is made with: `new S3Client(cloud.client())`; `as` is who calls, in the record. */
  client(as?: string): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    forcePathStyle: true;
  };
  stacks: Stack[];
  deployed: Deployed[];
  /** The one resource of a type whose logical id, without CDK's hash, is or begins so, or whose physical name it is. */
  find(type: string, name: string): Deployed;
  invoke(name: string, event: unknown): Promise<Invoked>;
  /** Asks through the function's URL, as a caller that AWS_IAM has let in. */
  invokeUrl(
    name: string,
    by: { body: unknown; callerArn: string },
  ): Promise<{ status: number; body: string }>;
  /** Fires a schedule once, as EventBridge Scheduler would; resolves when its function is done for good. */
  fire(schedule: string): Promise<Invoked>;
  /**
   * Waits until no queue that feeds a function has a message and nothing is in flight. Fails where functions call
   * nothing for so many seconds, 120 where not given.
   */
  drain(seconds?: number): Promise<void>;
  calls: Call[];
  faults: Faults;
  lambda: Lambda;
  pumps: Pump[];
  memory: Lambda['memory'];
  ignored: string[];
  timings: Record<string, number>;
  logs: string;
  /** Deploys another assembly, or the same one changed. Functions and queues stay those of the first. */
  deploy(assembly: string): Promise<Stack[]>;
  stop(): Promise<void>;
};

export async function startCloud(by: {
  /** Folder of a synthesized app. */
  assembly: string;
  ports?: { endpoint?: number; trino?: number; moto?: number };
  /** Seconds after which a failed message is seen again, instead of its queue's visibility; null: the queue's own. */
  failedAgainAfter?: number | null;
  /** Each message of a queue that feeds a function comes so many times, in any order. */
  disorder?: Disorder;
  /** Without Trino the start takes 3 s instead of 12; queries then fail. */
  athena?: boolean;
  /** Another list of ignored properties, for a test of the list itself. */
  ignored?: string;
}): Promise<Cloud> {
  const began = Date.now();
  const timings: Record<string, number> = {};
  const mark = (name: string) => {
    timings[name] = Date.now() - began;
  };
  const paths = await setUp();
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-cloud-'));
  // `npm run test:aws` names a folder that outlives us, and shows the ends of the logs of a test that fails.
  const logs = join(process.env.EMULATION_LOGS || folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);

  const ports = {
    endpoint: by.ports?.endpoint ?? (await freePort()),
    moto: by.ports?.moto ?? (await freePort()),
    trino: by.ports?.trino ?? (await freePort()),
  };
  const endpointUrl = `http://127.0.0.1:${ports.endpoint}`;
  const motoUrl = `http://127.0.0.1:${ports.moto}`;
  const trino =
    by.athena === false
      ? null
      : startTrino({
          ...paths,
          folder: join(folder, 'trino'),
          logs,
          port: ports.trino,
          endpoint: endpointUrl,
        });
  const moto = startPart('moto', {
    python: paths.python,
    command: paths.python,
    args: [join(import.meta.dirname, 'aws.py')],
    log: join(logs, 'moto.log'),
    env: {
      ...process.env,
      MOTO_PORT: String(ports.moto),
      PUBLIC_ENDPOINT: endpointUrl,
      EMULATION_FOLDER: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      ...(by.ignored === undefined ? {} : { EMULATION_IGNORED: by.ignored }),
    },
  });
  const faults = makeFaults();
  const athena = makeAthena({
    moto: motoUrl,
    endpoint: endpointUrl,
    trino: async () => {
      if (trino === null) throw new Error('this cloud was started without Athena');
      await trino.ready;
      return trino.url;
    },
  });
  let lambda: Lambda | null = null;
  const endpoint = await startEndpoint({
    moto: { host: '127.0.0.1', port: ports.moto },
    athena,
    faults,
    port: ports.endpoint,
    invocations: {
      has: (name) => lambda?.has(name) ?? false,
      answer: (name, asked) => lambda!.answer(name, asked),
      kill: (name, process) => lambda?.kill(name, process) ?? false,
    },
  });
  const pumps: Pump[] = [];

  async function stop(): Promise<void> {
    process.off('exit', removeFolder);
    const stopping = Promise.all(pumps.map((pump) => pump.stop()));
    lambda?.stop();
    await stopping;
    athena.stop();
    await Promise.all([moto.stop(), trino?.part.stop()]);
    await endpoint.close();
    removeFolder();
  }

  try {
    await untilReady(moto, {
      seconds: 60,
      ready: async () => {
        const response = await fetch(`${motoUrl}/moto-api/`);
        await response.arrayBuffer();
        return response.ok;
      },
    });
    mark('moto');
    const stacks = await deploy(by.assembly, { endpoint: endpointUrl, python: paths.python });
    mark('deployed');
    const deployed = readDeployed(folder);
    lambda = makeLambda({
      specs: functionsOf(deployed),
      endpoint: endpointUrl,
      assembly: by.assembly,
      folder: join(folder, 'functions'),
      logs,
    });
    if (trino !== null) await trino.ready;
    mark('athena');
    const failedAgainAfter = by.failedAgainAfter === undefined ? 0 : by.failedAgainAfter;
    for (const mapping of mappingsOf(deployed))
      pumps.push(
        startPump(mapping, {
          endpoint: endpointUrl,
          lambda,
          failedAgainAfter,
          disorder: by.disorder ?? null,
        }),
      );
    mark('ready');
    return makeCloud({ stacks, deployed, lambda });
  } catch (error) {
    const end = tail(moto.log, 15);
    await stop();
    throw error instanceof Error
      ? Object.assign(error, { message: `${error.message}\nmoto's log ends:\n${end}` })
      : error;
  }

  function makeCloud(of: { stacks: Stack[]; deployed: Deployed[]; lambda: Lambda }): Cloud {
    const { deployed } = of;
    const find = (type: string, name: string) => findDeployed(deployed, type, name);
    const functionNamed = (name: string) => find('AWS::Lambda::Function', name).id;
    return {
      ...of,
      endpoint: endpointUrl,
      region,
      account,
      client: (as = 'test') => ({
        endpoint: endpointUrl,
        region,
        credentials: { accessKeyId: as, secretAccessKey: 'emulated' },
        forcePathStyle: true,
      }),
      find,
      async invoke(name, event) {
        return outcomeOf(await of.lambda.invoke(functionNamed(name), JSON.stringify(event)));
      },
      async invokeUrl(name, { body, callerArn }) {
        const id = functionNamed(name);
        const url = deployed.find(
          ({ type, properties }) =>
            type === 'AWS::Lambda::Url' && String(properties.TargetFunctionArn).split(':function:')[1] === id,
        );
        if (url === undefined) throw new Error(`${name} has no URL`);
        if (url.properties.AuthType !== 'AWS_IAM')
          throw new Error(`the URL of ${name} lets in who has no identity`);
        const host = new URL(url.attributes.FunctionUrl!).host;
        const event = urlEvent({ body: JSON.stringify(body), callerArn, host });
        const { failed, value } = outcomeOf(await of.lambda.invoke(id, JSON.stringify(event)));
        if (failed) return { status: 502, body: 'Internal Server Error' };
        const answer = value as { statusCode?: number; body?: string } | null;
        if (answer?.statusCode === undefined) return { status: 200, body: JSON.stringify(value) };
        return { status: answer.statusCode, body: answer.body ?? '' };
      },
      async fire(schedule) {
        const { Target } = find('AWS::Scheduler::Schedule', schedule).properties as {
          Target: { Arn: string; Input?: string };
        };
        const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
        const input = (Target.Input ?? '{}').replaceAll('<aws.scheduler.scheduled-time>', now);
        return outcomeOf(await of.lambda.send(Target.Arn.split(':function:')[1]!, input));
      },
      async drain(seconds = 120) {
        const urls = mappingsOf(deployed).map(
          ({ queueArn }) => `${endpointUrl}/${account}/${queueArn.split(':').at(-1)}`,
        );
        const done = () => endpoint.calls.filter(({ process, via }) => process !== undefined && !via).length;
        let [calls, moved] = [done(), Date.now()];
        // Twice in a row: a message may be on its way from a function to a queue.
        for (let quiet = 0; quiet < 2; ) {
          quiet = (await isQuiet(urls, { lambda: of.lambda })) ? quiet + 1 : 0;
          if (done() > calls) [calls, moved] = [done(), Date.now()];
          if (Date.now() - moved > seconds * 1000)
            throw new Error(`the queues are not empty, and no function has done anything for ${seconds} s`);
          await sleep(50);
        }
      },
      calls: endpoint.calls,
      faults,
      pumps,
      memory: of.lambda.memory,
      ignored: readIgnored(folder),
      timings,
      logs,
      deploy: (assembly) => deploy(assembly, { endpoint: endpointUrl, python: paths.python }),
      stop,
    };
  }

  async function isQuiet(urls: string[], { lambda }: { lambda: Lambda }): Promise<boolean> {
    if (lambda.inFlight() > 0 || pumps.some((pump) => pump.inFlight() > 0)) return false;
    for (const QueueUrl of urls) {
      const { Attributes } = await jsonCall<{ Attributes: Record<string, string> }>(motoUrl, {
        service: 'sqs',
        target: 'AmazonSQS.GetQueueAttributes',
        fields: { QueueUrl, AttributeNames: ['All'] },
        caller: 'emulation',
      });
      for (const name of ['', 'NotVisible', 'Delayed'])
        if (Attributes[`ApproximateNumberOfMessages${name}`] !== '0') return false;
    }
    return true;
  }
}

function outcomeOf({ payload, failed }: { payload: string; failed: boolean }): Invoked {
  return { failed, value: JSON.parse(payload || 'null') };
}
