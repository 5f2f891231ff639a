/**
 * One line of VPC Flow Logs, in the default layout or in one with TCP flags and direction.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
import { createRandom } from './random.ts';
import type { Estate } from './surface-scenario.ts';

/** A flow of one interval, at most a minute. Times in seconds since 1970. */
export type FlowRecord = {
  /** The address of the interface that was logged. */
  own: string;
  source: string;
  sourcePort: number;
  target: string;
  targetPort: number;
  protocol: number;
  packets: number;
  bytes: number;
  start: number;
  end: number;
  rejected: boolean;
  flags: number;
  outbound: boolean;
};

/** The end of a log's interval, in seconds. */
export const INTERVAL = 60;

const NAMES = {
  default:
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  flags:
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id tcp-flags flow-direction',
};

export const headerOf = ({ layout }: Estate): string => `${NAMES[layout]}\n`;

const interfaces = new Map<string, string>();

/** Each address has an interface of its own, whatever the seed. */
function interfaceOf(address: string): string {
  const known = interfaces.get(address) ?? `eni-0${createRandom(0, address).hex(16)}`;
  interfaces.set(address, known);
  return known;
}

export function lineOf({ account, vpc, layout }: Estate, flow: FlowRecord): string {
  const fields = [
    layout === 'default' ? 2 : 5,
    account,
    interfaceOf(flow.own),
    flow.source,
    flow.target,
    flow.sourcePort,
    flow.targetPort,
    flow.protocol,
    flow.packets,
    flow.bytes,
    flow.start,
    flow.end,
    flow.rejected ? 'REJECT' : 'ACCEPT',
    'OK',
  ];
  if (layout === 'flags') fields.push(vpc, flow.flags, flow.outbound ? 'egress' : 'ingress');
  return `${fields.join(' ')}\n`;
}

/** The line of an interface to and from which nothing went in an interval. */
export function lineOfSilence({ account, vpc, layout, others }: Estate, end: number): string {
  const idle = interfaceOf(`${others.prefix}.254`);
  const first = [
    layout === 'default' ? 2 : 5,
    account,
    idle,
    '- - - - - - -',
    end - INTERVAL,
    end,
    '- NODATA',
  ];
  return `${[...first, ...(layout === 'flags' ? [vpc, '- -'] : [])].join(' ')}\n`;
}
