/** Faults that the endpoint puts in the place of an answer, or after it. */
import type { ServerResponse } from 'node:http';
import { type Call, isWrite } from './calls.ts';

export type FaultKind = 'throttle' | 'timeout' | '500' | 'reset';

export type FaultRule = {
  /** Name of the function whose calls it is about; every function's without it. */
  function?: string;
  service?: string;
  action: string;
  kind: FaultKind;
  /** How many calls it strikes. */
  times: number;
  /** Calls that are let through before the first that it strikes. */
  after?: number;
  /** `answer`: the call takes effect and only its answer is lost (for `timeout` and `reset`). */
  loses?: 'request' | 'answer';
  /** Milliseconds that a `timeout` hangs before the connection is cut; 30,000 without it. */
  hangs?: number;
};

type Pending = FaultRule & { left: number; skip: number };

/** Kills the process of a function when it has made so many writes, before or after the last one is answered. */
export type KillRule = { function: string; writes: number; when?: 'before-answer' | 'after-answer' };

export type Faults = {
  add(rule: FaultRule): void;
  killAfterWrites(rule: KillRule): void;
  /** Takes back every rule about a function. */
  clear(name: string): void;
  /** Rules that have not struck as often as they should. */
  pending(): FaultRule[];
  /** How often each `function service:Action kind` was struck. */
  struck: Map<string, number>;
  /** How many processes were killed after a write. */
  kills: { function: string; after: string }[];
  strike(call: Call): FaultRule | null;
  killing(call: Call): KillRule | null;
};

export function makeFaults(): Faults {
  let rules: Pending[] = [];
  let kills: (KillRule & { left: number })[] = [];
  const struck = new Map<string, number>();
  const killed: { function: string; after: string }[] = [];
  return {
    struck,
    kills: killed,
    add(rule) {
      rules.push({ ...rule, left: rule.times, skip: rule.after ?? 0 });
    },
    killAfterWrites(rule) {
      kills.push({ ...rule, left: rule.writes });
    },
    clear(name) {
      rules = rules.filter((rule) => rule.function !== name);
      kills = kills.filter((rule) => rule.function !== name);
    },
    pending: () => rules.filter(({ left }) => left > 0),
    strike(call) {
      const rule = rules.find((one) => one.left > 0 && meets(one, call));
      if (rule === undefined) return null;
      if (rule.skip > 0) {
        rule.skip -= 1;
        return null;
      }
      rule.left -= 1;
      const name = `${call.caller} ${call.service}:${call.action} ${rule.kind}`;
      struck.set(name, (struck.get(name) ?? 0) + 1);
      return rule;
    },
    killing(call) {
      if (!isWrite(call) || call.via !== undefined) return null;
      const rule = kills.find((one) => one.function === call.caller);
      if (rule === undefined) return null;
      rule.left -= 1;
      if (rule.left > 0) return null;
      kills = kills.filter((one) => one !== rule);
      killed.push({ function: call.caller, after: `${call.service}:${call.action} ${call.resource}` });
      return rule;
    },
  };
}

/** What AWS itself does in a function's name (its queue's poller) is no call of the function. */
function meets(rule: FaultRule, call: Call): boolean {
  return (
    call.via === undefined &&
    rule.action === call.action &&
    (rule.function === undefined || rule.function === call.caller) &&
    (rule.service === undefined || rule.service === call.service)
  );
}

const s3Faults = {
  throttle: [503, 'SlowDown', 'Please reduce your request rate.'],
  '500': [500, 'InternalError', 'We encountered an internal error. Please try again.'],
} as const;
const jsonFaults = {
  throttle: [400, 'ThrottlingException', 'Rate exceeded'],
  '500': [500, 'InternalServerException', 'The service has failed internally.'],
} as const;

/** Answers a call with a fault. The status is 0 where no answer comes. */
export function answerFault(call: Call, rule: FaultRule, response: ServerResponse): number {
  if (rule.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return 0;
  }
  if (rule.kind === 'timeout') {
    const timer = setTimeout(() => response.destroy(), rule.hangs ?? 30_000);
    response.on('close', () => clearTimeout(timer));
    return 0;
  }
  const xml = call.service === 's3' || call.service === 'sns';
  const [status, code, message] = (xml ? s3Faults : jsonFaults)[rule.kind];
  if (call.service === 's3') {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
  } else if (call.service === 'sns') {
    const [snsStatus, snsCode] = rule.kind === 'throttle' ? [429, 'Throttling'] : [500, 'InternalFailure'];
    response.writeHead(snsStatus, { 'content-type': 'text/xml' });
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${snsCode}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    );
  } else {
    const name = call.service === 'lambda' && rule.kind === 'throttle' ? 'TooManyRequestsException' : code;
    const answer = call.service === 'lambda' && rule.kind === 'throttle' ? 429 : status;
    response.writeHead(answer, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': name });
    response.end(JSON.stringify({ __type: name, message }));
  }
  return response.statusCode;
}
