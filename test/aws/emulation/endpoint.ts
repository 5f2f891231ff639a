/**
 * The one endpoint of every AWS API. Athena's queries go to Trino and invocations to our runtime; all else is
 * forwarded to moto as it came. Each call is recorded, and can be answered by a fault instead.
 */
import http from 'node:http';
import { type Call, readCall, tellsInBody, workGroupArn } from './calls.ts';
import { answerFault, type Faults } from './faults.ts';
import { keepObjects } from './kept-objects.ts';
import { type Answer, freePort } from './local-http.ts';
import { athenaReads } from './trino-server.ts';

export type Athena = {
  /** Whether Trino answers this action; all others are moto's. */
  answers(action: string): boolean;
  answer(action: string, fields: Record<string, unknown>, caller: string): Promise<Answer>;
  /** The work group of an execution, by which IAM judges calls that name the execution alone. */
  workGroupOf(execution: string): string | null;
};

export type Invocations = {
  /** Whether the runtime has this function. */
  has(name: string): boolean;
  answer(name: string, by: { payload: string; type: string; caller: string }): Promise<Answer>;
  /** Kills the process that made a call; whether there was one. */
  kill(name: string, process?: number): boolean;
};

export type Endpoint = {
  url: string;
  port: number;
  calls: Call[];
  close(): Promise<void>;
};

export async function startEndpoint(by: {
  moto: { host: string; port: number };
  athena: Athena;
  invocations: Invocations;
  faults: Faults;
  port?: number;
}): Promise<Endpoint> {
  const calls: Call[] = [];
  const objects = keepObjects(by.moto);
  const server = http.createServer((request, response) => {
    serve(request, response).catch((error) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  // A function that is killed cuts its connection: no error of the emulation.
  server.on('clientError', (_, socket) => socket.destroy());
  server.keepAliveTimeout = 60_000;
  const port = by.port ?? (await freePort());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const isInvocation = /^\/2015-03-31\/functions\/[^/]+\/invocations$/.test(url.split('?')[0]!);
    const body = tellsInBody(headers) || isInvocation ? await text(request) : null;
    const call = readCall({ method, url, headers, body: isInvocation ? null : body });
    calls.push(call);
    if (call.service === 'athena') nameWorkGroup(call, body);

    const fault = by.faults.strike(call);
    if (fault !== null) {
      call.fault = fault.kind;
      if (fault.loses !== 'answer') {
        request.resume();
        call.status = answerFault(call, fault, response);
        return;
      }
    }
    const answered = await upstream(call, { request, response, body, isInvocation, mute: fault !== null });
    call.status = fault === null ? answered : answerFault(call, fault, response);
  }

  type Exchange = {
    request: http.IncomingMessage;
    response: http.ServerResponse;
    body: string | null;
    isInvocation: boolean;
    /** The call takes effect and its answer is held back. */
    mute: boolean;
  };

  async function upstream(call: Call, exchange: Exchange): Promise<number> {
    const { request, response, body, isInvocation, mute } = exchange;
    const own = await ownAnswer(call, { request, body, isInvocation });
    if (own === null) {
      const kept = call.caller === athenaReads && !mute ? await objects.answer(request, response) : null;
      if (kept !== null) return kept;
      const status = await forward(call, exchange);
      objects.see(call, request.url ?? '/');
      return status;
    }
    return finish(call, response, { ...own, mute });
  }

  async function ownAnswer(
    call: Call,
    of: { request: http.IncomingMessage; body: string | null; isInvocation: boolean },
  ): Promise<Answer | null> {
    if (of.isInvocation) {
      const name = call.resource.split(':function:')[1]!;
      if (!by.invocations.has(name)) return null;
      const type = String(of.request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
      return await by.invocations.answer(name, { payload: of.body || 'null', type, caller: call.caller });
    }
    if (call.service !== 'athena' || !by.athena.answers(call.action)) return null;
    return await by.athena.answer(call.action, JSON.parse(of.body || '{}'), call.caller);
  }

  function finish(call: Call, response: http.ServerResponse, answer: Answer & { mute: boolean }): number {
    const kill = by.faults.killing(call);
    if (kill !== null && kill.when !== 'after-answer') by.invocations.kill(call.caller, call.process);
    if (answer.mute) return answer.status;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body, () => {
      if (kill?.when === 'after-answer') by.invocations.kill(call.caller, call.process);
    });
    return answer.status;
  }

  /** The host header stays as it came: moto tells virtual-host buckets by it, and S3 signs it. */
  function forward(call: Call, { request, response, body, mute }: Exchange): Promise<number> {
    return new Promise((resolve, reject) => {
      const up = http.request({
        host: by.moto.host,
        port: by.moto.port,
        method: request.method,
        path: request.url,
        headers: request.headers,
      });
      up.on('response', (answer) => {
        const kill = by.faults.killing(call);
        if (kill !== null && kill.when !== 'after-answer') by.invocations.kill(call.caller, call.process);
        const status = answer.statusCode ?? 500;
        if (mute) {
          answer.resume().on('end', () => resolve(status));
          return;
        }
        response.writeHead(status, answer.rawHeaders);
        answer.pipe(response);
        response.on('close', () => {
          if (kill?.when === 'after-answer') by.invocations.kill(call.caller, call.process);
          resolve(status);
        });
      });
      up.on('error', reject);
      // A caller that dies in the middle of its body must not leave half of it behind as a whole.
      request.on('close', () => {
        if (!request.complete) up.destroy();
      });
      if (body === null) request.pipe(up);
      else up.end(body);
    });
  }

  function nameWorkGroup(call: Call, body: string | null): void {
    const execution = (JSON.parse(body || '{}') as Record<string, unknown>).QueryExecutionId;
    const group = typeof execution === 'string' ? by.athena.workGroupOf(execution) : null;
    if (group !== null) call.resource = workGroupArn(group);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function text(stream: http.IncomingMessage): Promise<string> {
  stream.setEncoding('utf8');
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}
