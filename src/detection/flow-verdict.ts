import { percent } from './grading.ts';
import type { VerdictTest } from './verdict.ts';

/**
 * Whether the growth of a vector is a flood: the rules of the standards, section 3.4, each of which needs positive
 * evidence. All thresholds of flows are here, with their reasons.
 */

/** As of signatures: what is five times the usual is no swing of it. */
const GROWN_TIMES = 5;
/** One service or network is meant where it has most of a vector: the dissector's threshold of a target (section 3.6). */
const MOST = 0.5;
/** A network is the target where it has this share and none of its addresses has most: the dissector's third version. */
const NETWORK_SHARE = 0.7;
/** Sixteen addresses: more than a cluster of servers, a sixteenth of a /24. */
const CARPET_TARGETS = 16;
/** What nobody asked for, or nobody opened: a tenth may be older than the log. */
export const UNASKED_SHARE = 0.8;
/** A question is at most 90 bytes, and a lookup's answer mostly below 200; what is worth reflecting is more. */
const AMPLIFIED_BYTES = 200;
/** Fewer machines are a fault of one of them. */
const REFLECTORS = 5;
/** Where nobody forges, each sender of small packets comes again: an address for nearly every flow is drawn anew for each. */
const ADDRESSES_PER_FLOW = 0.8;
/** Fewer addresses that were never seen come in any hour, by scanners and by what they forge. */
const MANY_ADDRESSES = 200;
/** A service of UDP has one port or a few; whoever draws ports finds as many as there are flows. */
const MANY_PORTS = 50;

/** Ports drawn at random hit those of known services too: what is a twentieth of the rest is no vector (section 3.6). */
export const VECTOR_SHARE = 0.05;

export type FloodTest = VerdictTest & { needed: boolean };

const test = (
  id: string,
  isAttack: boolean,
  { observation, needed = true }: { observation: string; needed?: boolean },
): FloodTest => ({ id, result: isAttack ? 'attack' : 'neither', observation, needed });

const count = (value: number): string => Math.round(value).toLocaleString('en-GB');
const of = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${count(part)} of ${count(whole)} (${percent(part / whole)})`;

/** All needed tests speak for a flood, and of the others at least one, where the log answers any of them. */
export function isFlood(tests: readonly FloodTest[]): boolean {
  const spare = tests.filter(({ needed, result }) => !needed && result !== 'not-computable');
  return (
    tests.every(({ needed, result }) => !needed || result === 'attack') &&
    (spare.length === 0 || spare.some(({ result }) => result === 'attack'))
  );
}

export function grownTest(
  vector: string,
  { excess, expected, unit }: { excess: number; expected: number; unit: string },
): FloodTest {
  return test(`${vector}-growth`, excess >= GROWN_TIMES * Math.max(expected, 1), {
    observation: `${count(excess + expected)} ${unit} where ${count(expected)} were expected`,
  });
}

export type SynRow = {
  target: string | null;
  port: number | null;
  synOnly: number;
  others: number;
  answers: number;
};

/** Of one service: flows that opened nothing, and all others. */
type Opened = { target: string | null; port: number | null; small: number; others: number };

/**
 * Most of what came to the service opened nothing: five times what went on, or more than went on and five times the share
 * of the time before, so that a flood of a few times the visitors shows. With no time before, only the first counts.
 */
function openingTest(now: Opened, before: readonly Opened[]): FloodTest {
  const then = before.find(({ target, port }) => target === now.target && port === now.port);
  const share = then ? then.small / Math.max(1, then.others) : 0;
  const outgrows =
    before.length > 0 && now.small >= now.others && now.small >= GROWN_TIMES * share * now.others;
  return test('nothing-opened', now.small >= GROWN_TIMES * now.others || outgrows, {
    observation: `${count(now.others)} flows to it went on, ${count(now.small)} did not; just before ${then ? `${count(then.others)} and ${count(then.small)}` : 'none did not'}`,
  });
}

const opened = ({ target, port, synOnly, others }: SynRow): Opened => ({
  ...{ target, port, small: synOnly, others },
});

/** `before`: the same of as long a time just before. */
export function synTests(rows: readonly SynRow[], before: readonly SynRow[]): FloodTest[] {
  const all = rows.reduce((sum, row) => sum + row.synOnly, 0);
  const [first] = rows;
  if (!first) return [test('one-service', false, { observation: 'no flow is a SYN alone' })];
  return [
    test('one-service', first.synOnly >= MOST * all, {
      observation: `${of(first.synOnly, all)} SYNs alone went to ${first.target ?? 'no address'} port ${first.port ?? 'unknown'}`,
    }),
    openingTest(opened(first), before.map(opened)),
  ];
}

/** Small flows of a log without flags; `newFlows` and `newSources` are of addresses that never came before. */
export type UnflaggedRow = {
  target: string | null;
  port: number | null;
  small: number;
  sources: number;
  newFlows: number;
  newSources: number;
  others: number;
  answers: number;
  answersWithOptions: number;
};

/** Without flags a flood of half-open connections shows by what needs none: one service, forged addresses, and nothing opened. */
export function unflaggedTests(rows: readonly UnflaggedRow[], before: readonly UnflaggedRow[]): FloodTest[] {
  const all = rows.reduce((sum, row) => sum + row.small, 0);
  const [first] = rows;
  if (!first) return [test('one-service', false, { observation: 'no TCP flow is small' })];
  return [
    test('one-service', first.small >= MOST * all, {
      observation: `${of(first.small, all)} small TCP flows went to ${first.target ?? 'no address'} port ${first.port ?? 'unknown'}`,
    }),
    openingTest(first, before),
    test(
      'never-seen',
      first.newSources >= MANY_ADDRESSES && first.newSources >= UNASKED_SHARE * first.sources,
      {
        observation: `${of(first.newSources, first.sources)} of their addresses were never seen before`,
      },
    ),
    test('drawn-anew', first.newSources >= ADDRESSES_PER_FLOW * first.newFlows, {
      observation: `${count(first.newSources)} of these addresses sent ${count(first.newFlows)} flows`,
    }),
  ];
}

/** The service answered openings: what it answers to anything else is a reset, which has no options. */
export const answersOpenings = ({ answers, answersWithOptions }: UnflaggedRow): boolean =>
  answers > 0 && answersWithOptions >= MOST * answers;

export type AckRow = {
  target: string | null;
  port: number | null;
  flows: number;
  unopened: number;
  unopenedPackets: number;
};

export function ackTests(rows: readonly AckRow[]): FloodTest[] {
  const all = rows.reduce((sum, row) => sum + row.unopenedPackets, 0);
  const [first] = rows;
  if (!first || all === 0)
    return [
      test('one-service', false, { observation: 'no small packet came to a connection that nobody opened' }),
    ];
  return [
    test('one-service', first.unopenedPackets >= MOST * all, {
      observation: `${of(first.unopenedPackets, all)} small packets without an opening went to ${first.target ?? 'no address'} port ${first.port ?? 'unknown'}`,
    }),
    test('nothing-opened', first.unopened >= UNASKED_SHARE * first.flows, {
      observation: `${of(first.unopened, first.flows)} of its flows of small packets belong to no connection that the log saw opened`,
    }),
  ];
}

export type ReflectionRow = {
  port: number;
  service: string;
  bytes: number;
  packets: number;
  unaskedBytes: number;
  unaskedPackets: number;
  unaskedSources: number;
  unaskedFlows: number;
};

/** The services that were misused: a vector counts from a twentieth of the bytes (section 3.6). */
export function reflectedServices(rows: readonly ReflectionRow[]): ReflectionRow[] {
  const all = rows.reduce((sum, row) => sum + row.unaskedBytes, 0);
  return rows.filter((row) => row.unaskedBytes > 0 && row.unaskedBytes >= VECTOR_SHARE * all);
}

export function reflectionTests(rows: readonly ReflectionRow[]): FloodTest[] {
  const services = reflectedServices(rows);
  const sum = (key: 'bytes' | 'unaskedBytes' | 'unaskedPackets' | 'unaskedSources'): number =>
    services.reduce((total, row) => total + row[key], 0);
  const named = services.map(({ service, port }) => `${service} (port ${port})`).join(', ') || 'no service';
  return [
    test('unasked', services.length > 0 && sum('unaskedBytes') >= UNASKED_SHARE * sum('bytes'), {
      observation: `${of(sum('unaskedBytes'), sum('bytes'))} bytes from ${named} were asked for by nobody here`,
    }),
    test('amplified', sum('unaskedBytes') >= AMPLIFIED_BYTES * Math.max(1, sum('unaskedPackets')), {
      observation: `${count(sum('unaskedBytes') / Math.max(1, sum('unaskedPackets')))} bytes a packet`,
    }),
    test('many-reflectors', sum('unaskedSources') >= REFLECTORS, {
      observation: `${count(sum('unaskedSources'))} addresses answered`,
    }),
  ];
}

export type UdpRow = {
  target: string | null;
  flows: number;
  packets: number;
  ports: number;
  blocked: number;
};

/** Growth of UDP alone is a crowd as well as a flood: it takes ports that nobody serves, or a door that was shut. */
export function udpTests(rows: readonly UdpRow[]): FloodTest[] {
  const sum = (key: 'flows' | 'blocked'): number => rows.reduce((total, row) => total + row[key], 0);
  const [flows, blocked] = [sum('flows'), sum('blocked')];
  const ports = Math.max(0, ...rows.map((row) => row.ports));
  return [
    test('many-ports', ports >= MANY_PORTS, {
      observation: `up to ${count(ports)} ports of one address were sent UDP`,
      needed: false,
    }),
    test('shut', flows > 0 && blocked >= UNASKED_SHARE * flows, {
      observation: `${of(blocked, flows)} flows were rejected`,
      needed: false,
    }),
  ];
}

export type TargetRow = { target: string | null; packets: number };

/** One address has most of the packets. */
export function oneTargetTest(rows: readonly TargetRow[]): FloodTest {
  const all = rows.reduce((sum, row) => sum + row.packets, 0);
  const first = rows.reduce<TargetRow | null>(
    (most, row) => (row.packets > (most?.packets ?? -1) ? row : most),
    null,
  );
  return test('one-target', first !== null && all > 0 && first.packets >= MOST * all, {
    observation: `${of(first?.packets ?? 0, all)} packets went to ${first?.target ?? 'no address'}`,
  });
}

export type NetworkRow = { network: string; targets: number; bytes: number; first: number };

/** Many addresses of one network, none above the others. `before` is as long a time just before. */
export function carpetTest(
  during: readonly NetworkRow[],
  before: readonly NetworkRow[],
): FloodTest & { network: string | null } {
  const known = new Map(before.map((row) => [row.network, row.bytes]));
  const growth = (row: NetworkRow): number => Math.max(0, row.bytes - (known.get(row.network) ?? 0));
  const all = during.reduce((sum, row) => sum + growth(row), 0);
  const first = during.reduce<NetworkRow | null>(
    (most, row) => (most === null || growth(row) > growth(most) ? row : most),
    null,
  );
  const isCarpet =
    first !== null &&
    all > 0 &&
    growth(first) >= NETWORK_SHARE * all &&
    // Where nothing but small packets grew, the bytes swing as on any day.
    growth(first) >= MOST * first.bytes &&
    first.targets >= CARPET_TARGETS &&
    first.first <= MOST * first.bytes;
  return {
    ...test('one-network', isCarpet, {
      observation: first
        ? `${of(growth(first), all)} bytes of the growth went to ${first.network}, to ${count(first.targets)} of its addresses, ${percent(first.first / Math.max(1, first.bytes))} of its bytes to the first`
        : 'no network was sent anything',
    }),
    network: first?.network ?? null,
  };
}
