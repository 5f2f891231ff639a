/** What the catalogue is asked of a log of flows, read into the types of the detection. */
import type { Analyst } from '../catalogue/engine.ts';
import type { TargetMinute, Vector, VectorMinute } from '../detection/flow-series.ts';
import {
  type AckRow,
  ackTests,
  type FloodTest,
  type NetworkRow,
  type ReflectionRow,
  reflectedServices,
  reflectionTests,
  type SynRow,
  synTests,
  type UdpRow,
  udpTests,
} from '../detection/flow-verdict.ts';
import type { Reflector } from './flood.ts';
import { type Asked, asked, type FlowLogName, none, type VectorEvidence, withKnown } from './flow-asking.ts';
import { num, str, time } from './signature-rows.ts';
import { dayParameters, type Span, spanBefore } from './span.ts';
import { unflaggedEvidence } from './unflagged-tcp.ts';

/** The logs of flows, in order of their names. */
export async function flowLogs(analyst: Analyst, period: Span): Promise<FlowLogName[]> {
  const rows = await analyst.ask('integrity/sampling', dayParameters(period));
  const logs = new Map<string, FlowLogName>();
  for (const row of rows) {
    const sourceId = String(row.source_id);
    const sampled = logs.get(sourceId)?.sampled === true || num(row.sample_interval) > 1;
    logs.set(sourceId, { sourceId, vantage: String(row.vantage), sampled });
  }
  return [...logs.values()].sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
}

export async function vectorMinutes(
  analyst: Analyst,
  { sourceId, period }: { sourceId: string; period: Span },
): Promise<VectorMinute[]> {
  const rows = await analyst.ask('detection/flow-vectors-by-minute', asked(sourceId, period));
  return rows.map((row) => ({
    minute: time(row.minute),
    vector: String(row.vector) as Vector,
    flows: num(row.flows),
    packets: num(row.packets),
    bytes: num(row.bytes),
    actionKnown: num(row.action_known),
    mitigated: num(row.mitigated),
    flagsKnown: num(row.flags_known),
  }));
}

export async function targetMinutes(
  analyst: Analyst,
  { sourceId, period }: { sourceId: string; period: Span },
): Promise<TargetMinute[]> {
  const rows = await analyst.ask('detection/flows-by-minute', asked(sourceId, period));
  return rows.map((row) => ({
    minute: time(row.minute),
    target: str(row.target),
    flows: num(row.flows),
    packets: num(row.packets),
  }));
}

export async function networksOf(
  analyst: Analyst,
  { sourceId, span }: { sourceId: string; span: Span },
): Promise<NetworkRow[]> {
  const rows = await analyst.ask('technique/carpet-bombing', asked(sourceId, span));
  return rows.map((row) => ({
    network: String(row.network),
    targets: num(row.targets),
    bytes: num(row.bytes),
    first: num(row.bytes_of_first_target),
  }));
}

const count = (value: number): string => value.toLocaleString('en-GB');
/** Null for vectors of which no query tells a flood. */
export async function evidenceOf(
  analyst: Analyst,
  { vector, ...where }: Asked & { vector: Vector },
): Promise<VectorEvidence | null> {
  const read = READERS[vector];
  return read ? read(analyst, where) : null;
}

const READERS: Partial<Record<Vector, (analyst: Analyst, where: Asked) => Promise<VectorEvidence>>> = {
  async 'tcp-syn-only'(analyst, { log, span }) {
    const rowsOf = async (during: Span): Promise<SynRow[]> => {
      const answered = await analyst.ask('technique/syn-flood', asked(log.sourceId, during));
      return answered.map((row) => ({
        target: str(row.target),
        port: row.port === null ? null : num(row.port),
        synOnly: num(row.syn_only_flows),
        others: num(row.other_flows),
        answers: num(row.answers),
      }));
    };
    const [rows, before] = await Promise.all([rowsOf(span), rowsOf(spanBefore(span))]);
    const [first] = rows;
    return {
      ...none,
      query: 'technique/syn-flood',
      tests: synTests(rows, before),
      targets: rows.map(({ target, synOnly }) => ({ target, packets: synOnly })),
      because: first
        ? `${count(first.synOnly)} flows to ${first.target} port ${first.port} are SYNs alone, against ${count(first.others)} others to it; it answered ${count(first.answers)}.`
        : 'No flow is a SYN alone.',
    };
  },
  async 'tcp-small-without-syn'(analyst, where) {
    const answered = await analyst.ask('technique/ack-flood', withKnown(where));
    const rows = answered.map(
      (row): AckRow => ({
        target: str(row.target),
        port: row.port === null ? null : num(row.port),
        flows: num(row.small_flows),
        unopened: num(row.unopened_flows),
        unopenedPackets: num(row.unopened_packets),
      }),
    );
    const [first] = rows;
    return {
      ...none,
      query: 'technique/ack-flood',
      // A sampled log mostly lacks the opening.
      tests: where.log.sampled
        ? [
            {
              id: 'nothing-opened',
              needed: true,
              result: 'not-computable',
              observation: 'the log is sampled',
            },
          ]
        : ackTests(rows),
      targets: rows.map(({ target, unopenedPackets }) => ({ target, packets: unopenedPackets })),
      counted: where.log.sampled ? 0 : (first?.unopened ?? 0),
      because: first
        ? `${count(first.unopened)} of ${count(first.flows)} flows of small packets to ${first.target} port ${first.port} belong to no connection that the log saw opened.`
        : 'No small packet came without an opening.',
    };
  },
  'tcp-small-unflagged': unflaggedEvidence,
  async 'udp-from-reflection-port'(analyst, where) {
    const answered = await analyst.ask('technique/udp-reflection', withKnown(where));
    const rows = answered.map(
      (row): ReflectionRow => ({
        port: num(row.src_port),
        service: String(row.service),
        bytes: num(row.bytes),
        packets: num(row.packets),
        unaskedBytes: num(row.unasked_bytes),
        unaskedPackets: num(row.unasked_packets),
        unaskedSources: num(row.unasked_sources),
        unaskedFlows: num(row.unasked_flows),
      }),
    );
    const services = reflectedServices(rows);
    return {
      query: 'technique/udp-reflection',
      tests: reflectionTests(rows),
      targets: [],
      services,
      // Few strong reflectors hardly show among usual answers.
      counted: services.reduce((all, { unaskedFlows }) => all + unaskedFlows, 0),
      because: services
        .map(
          ({ service, port, unaskedBytes, unaskedPackets, unaskedSources }) =>
            `${count(unaskedSources)} addresses sent ${count(unaskedPackets)} packets (${count(unaskedBytes)} bytes) from port ${port} (${service}) that nobody here had asked for.`,
        )
        .join(' '),
    };
  },
  udp: (analyst, where) =>
    byTarget(analyst, where, { query: 'technique/udp-flood', what: 'UDP', tests: udpTests }),
  fragment: (analyst, where) =>
    byTarget(analyst, where, { query: 'technique/fragments', what: 'fragments', tests: () => [] }),
  icmp: (analyst, where) =>
    byTarget(analyst, where, { query: 'technique/icmp-flood', what: 'ICMP', tests: () => [] }),
};

async function byTarget(
  analyst: Analyst,
  { log, span }: Asked,
  { query, what, tests }: { query: string; what: string; tests: (rows: readonly UdpRow[]) => FloodTest[] },
): Promise<VectorEvidence> {
  const answered = await analyst.ask(query, asked(log.sourceId, span));
  const rows = answered.map(
    (row): UdpRow => ({
      target: str(row.target),
      flows: num(row.flows),
      packets: num(row.packets),
      ports: num(row.target_ports),
      blocked: num(row.blocked),
    }),
  );
  const packets = rows.reduce((sum, row) => sum + row.packets, 0);
  const addresses = new Set(rows.map(({ target }) => target)).size;
  return {
    ...none,
    query,
    tests: tests(rows),
    targets: rows,
    because: `${count(packets)} packets of ${what} came to ${count(addresses)} address${addresses === 1 ? '' : 'es'}.`,
  };
}

/** Machines that answered from the ports of the services, unasked. */
export async function reflectorsOf(
  analyst: Analyst,
  { services, ...where }: Asked & { services: readonly ReflectionRow[] },
): Promise<Reflector[]> {
  const ports = new Set(services.map(({ port }) => port));
  const rows = await analyst.ask('origin/reflectors', withKnown(where));
  return rows
    .filter((row) => ports.has(num(row.src_port)))
    .map((row) => ({
      srcIp: String(row.src_ip),
      service: String(row.service),
      asn: row.asn === null ? null : num(row.asn),
      flows: num(row.flows),
      firstSeen: time(row.first_seen),
      lastSeen: time(row.last_seen),
    }));
}
