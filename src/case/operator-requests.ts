import { csvField } from '../catalogue/csv.ts';
import type { Analyst, Row } from '../catalogue/engine.ts';
import { type Span, timeParameters } from './span.ts';

/** A stretch of one log to take requests from, and whose; null addresses: everyone's. */
export type Stretch = {
  /** Id of the report's window; null: the time was given by hand. */
  windowId: string | null;
  sourceId: string;
  span: Span;
  addresses: ReadonlySet<string> | null;
  /** Whether a request is one of the attack's, as the report counts it; null: nothing says it. */
  isAttack: ((row: Row) => boolean) | null;
};

/** What one operator is asked about: a row a request or flow, in order of time. */
export type OperatorRequests = {
  asn: number;
  /** Name of the operator in the data set of the lake; null: it has none. */
  name: string | null;
  rows: OperatorRow[];
};

/** A request or a flow as the operator needs it; empty where the log does not say. */
export type OperatorRow = {
  /** UTC, RFC 3339, with the digits that the source has. */
  time: string;
  src_ip: string;
  src_port: string;
  src_ip_basis: string;
  destination_host: string;
  destination_ip: string;
  destination_port: string;
  protocol: string;
  method: string;
  path: string;
  status: string;
  request_id: string;
  window_ids: string[];
  source_id: string;
  object_id: string;
  record_no: string;
  /** `true` or `false`: a request of the attack, as the report counts it; empty: nothing says it. */
  in_attack: '' | 'true' | 'false';
};

const REQUESTS = 'origin/network-requests';
const DIGITS: Record<string, number> = { s: 0, ms: 3, us: 6, ns: 9 };
const BILLION = 1_000_000_000n;

/** A time in RFC 3339 (UTC) with no more digits than its source had; `ns` since 1970. */
export function preciseTime(ns: bigint, precision: string): string {
  const fraction = String(ns % BILLION).padStart(9, '0');
  const digits = fraction.slice(0, DIGITS[precision] ?? 3);
  const second = new Date(Number(ns / BILLION) * 1000).toISOString().slice(0, 19);
  return `${second}${digits === '' ? '' : `.${digits}`}Z`;
}

/** The requests and flows of one autonomous system in some stretches; what lies in two of them stands there once. */
export async function operatorRequests(
  analyst: Analyst,
  { asn, stretches }: { asn: number; stretches: readonly Stretch[] },
): Promise<OperatorRequests> {
  const found = new Map<string, { row: OperatorRow; ns: bigint }>();
  let name: string | null = null;
  for (const { windowId, sourceId, span, addresses, isAttack } of stretches) {
    const values = { ...timeParameters(span), source_id: sourceId, asn: String(asn) };
    for (const id of [REQUESTS, 'origin/network-flows']) {
      for (const row of await analyst.ask(id, values)) {
        if (addresses && !addresses.has(String(row.src_ip))) continue;
        name = row.as_org === null ? name : String(row.as_org);
        const key = `${row.object_id}:${row.record_no}`;
        const known = found.get(key) ?? { row: operatorRow(row), ns: BigInt(row.time_ns as bigint) };
        if (windowId !== null) known.row.window_ids.push(windowId);
        if (isAttack && id === REQUESTS && known.row.in_attack !== 'true')
          known.row.in_attack = isAttack(row) ? 'true' : 'false';
        found.set(key, known);
      }
    }
  }
  const rows = [...found].sort(([a, x], [b, y]) => (x.ns < y.ns ? -1 : x.ns > y.ns ? 1 : a < b ? -1 : 1));
  return { asn, name, rows: rows.map(([, { row }]) => row) };
}

const PROTOCOLS: Record<string, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

function operatorRow(row: Row): OperatorRow {
  const text = (name: string): string => String(row[name] ?? '');
  return {
    time: preciseTime(BigInt(row.time_ns as bigint), text('time_precision')),
    src_ip: text('src_ip'),
    src_port: text('src_port'),
    src_ip_basis: text('src_ip_basis'),
    destination_host: text('host'),
    destination_ip: text('dst_ip'),
    destination_port: text('dst_port'),
    protocol: row.scheme === undefined ? (PROTOCOLS[text('protocol')] ?? text('protocol')) : text('scheme'),
    method: text('http_method'),
    path: text('path'),
    status: text('status_code'),
    request_id: text('request_id') || text('connection_id'),
    window_ids: [],
    source_id: text('source_id'),
    object_id: text('object_id'),
    record_no: text('record_no'),
    in_attack: '',
  };
}

const COLUMNS = [
  'time',
  'src_ip',
  'src_port',
  'src_ip_basis',
  'destination_host',
  'destination_ip',
  'destination_port',
  'protocol',
  'method',
  'path',
  'status',
  'request_id',
  'window_ids',
  'source_id',
  'object_id',
  'record_no',
  'in_attack',
] as const;

/** A CSV for one operator, safe to open in a spreadsheet; its last columns say whether a row is of the attack, and whether the traffic is simulated. */
export function operatorCsv({ rows }: OperatorRequests, { synthetic }: { synthetic: boolean }): string {
  const lines = rows.map((row) =>
    [...COLUMNS.map((name) => (name === 'window_ids' ? row.window_ids.join(' ') : row[name])), synthetic]
      .map((field) => csvField(String(field)))
      .join(','),
  );
  return `${[[...COLUMNS, 'synthetic'].join(','), ...lines].join('\n')}\n`;
}

/** Rows whose log gave no source port. */
export function withoutPort({ rows }: OperatorRequests): number {
  return rows.reduce((sum, row) => sum + (row.src_port === '' ? 1 : 0), 0);
}

export const PORT_CAVEAT =
  'behind a carrier NAT an address without its port names nobody, since many subscribers have it at the same time (RFC 6302)';

const number = (value: number): string => value.toLocaleString('en-GB');

/** What the column in_attack says, and how often. */
function attackSentence(rows: readonly OperatorRow[]): string {
  const count = (value: OperatorRow['in_attack']): number =>
    rows.filter(({ in_attack }) => in_attack === value).length;
  const [attack, others, untold] = [count('true'), count('false'), count('')];
  const told = `in_attack says of each row whether it is a request of the attack, as attack_requests in sources.csv counts them: ${number(attack)} true, ${number(others)} false. What is false is what else came from these addresses, and accuses nobody.`;
  const where =
    untold === rows.length ? 'in_attack is empty' : `in_attack is empty in ${number(untold)} rows`;
  const open = `${where}: the report names no group of requests of their window, so that nothing tells the attack from what else came from these addresses.`;
  return [...(untold < rows.length ? [told] : []), ...(untold > 0 ? [open] : [])].join(' ');
}

/** What goes with the CSV of an operator: what the rows are, and what they are not. */
export function operatorNote(
  asked: OperatorRequests,
  {
    synthetic,
    attackOnly,
    tool,
  }: { synthetic: boolean; attackOnly: boolean; tool: { name: string; version: string } },
): string {
  const { asn, name, rows } = asked;
  const missing = withoutPort(asked);
  const addresses = new Set(rows.map((row) => row.src_ip)).size;
  const flows = rows.some((row) => row.destination_ip !== '');
  const forged = rows.some((row) => row.src_ip_basis === 'packet');
  const logs = [...new Set(rows.map((row) => row.source_id))].sort();
  const paragraphs = [
    `Requests from AS${asn}${name === null ? '' : ` (${name})`}`,
    ...(synthetic ? ['SYNTHETIC: the traffic is simulated. Send this to nobody.'] : []),
    `AS${asn}.csv has ${number(rows.length)} rows, one a ${flows ? 'flow or request' : 'request'}, of ${number(addresses)} addresses, from ${rows[0]!.time} to ${rows.at(-1)!.time}. Times are UTC, with as many digits as the log has; the clock is the log's. The log${logs.length === 1 ? ' is' : 's are'} ${logs.join(', ')}.`,
    attackOnly
      ? `The rows are what the addresses that the report names as attacking sent while its windows lasted. ${attackSentence(rows)}`
      : 'The rows are all that came from the addresses of the network in that time. Nothing says that a single one of them is of an attack.',
    missing === 0
      ? 'Every row has its source port. Give address, port and time together to the operator.'
      : `${number(missing)} of ${number(rows.length)} rows have no source port, because the log has none: ${PORT_CAVEAT}.`,
    `The destination is ${flows ? 'the address and port of the flow' : 'the host that was asked for; its address and port are not in the log'}.`,
    ...(forged
      ? [
          'Source addresses of packets can be forged: where no connection was completed, the operator may never have carried them.',
        ]
      : []),
    'An address is a machine that was used, not who used it. object_id and record_no lead to the original line (ascribe trace).',
    `Made by ${tool.name} ${tool.version}.`,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}
