/** Small things for talking to the parts of the emulation on this machine. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { region } from './calls.ts';

export type Answer = { status: number; headers: Record<string, string>; body: string };

/** Below those that connections get, so that none takes one before who asked for it listens on it. */
const PORTS = { first: 12_000, count: 20_000 };

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = PORTS.first + randomInt(PORTS.count);
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Headers of a signed call. moto reads the credential's scope and checks no signature. */
export function signed(service: string, caller: string): Record<string, string> {
  const scope = `${caller}/20260101/${region}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  };
}

export class AwsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** A call of an API that speaks JSON, made by a part of the emulation. */
export async function jsonCall<T = Record<string, unknown>>(
  endpoint: string,
  by: {
    service: string;
    target: string;
    fields: unknown;
    caller: string;
    via?: string;
    signal?: AbortSignal;
  },
): Promise<T> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      ...signed(by.service, by.caller),
      'content-type': `application/x-amz-json-${by.service === 'sqs' ? '1.0' : '1.1'}`,
      'x-amz-target': by.target,
      ...(by.via === undefined ? {} : { 'x-emulation-via': by.via }),
    },
    body: JSON.stringify(by.fields),
    ...(by.signal ? { signal: by.signal } : {}),
  });
  const said = await response.text();
  if (!response.ok) {
    const { __type = 'Unknown', message, Message } = parsed(said);
    throw new AwsError(
      String(__type).split('#').at(-1)!,
      `${by.target}: ${message ?? Message ?? said.slice(0, 500)}`,
    );
  }
  return (said === '' ? {} : JSON.parse(said)) as T;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
