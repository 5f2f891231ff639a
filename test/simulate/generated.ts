/** The scenario's logs for seed 1, generated once a process and read back from their bytes. */
import { BlockList } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';
import { traffic } from '../../src/simulate/traffic.ts';

export type EdgeRecord = {
  ray: string;
  address: string;
  country: string;
  asn: number;
  host: string;
  method: string;
  uri: string;
  path: string;
  referer: string;
  agent: string;
  ja4: string;
  action: string;
  sources: string[];
  status: number;
  cache: string;
  originStatus: number;
  originMs: number;
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  attack: boolean;
};

export type BalancerLine = { time: number; peer: string; target: string; fields: string[] };

export type NetworkRow = { cidr: string; asn: number; country: string; type: string; contains: BlockList };

export type Generated = {
  files: Map<string, Uint8Array>;
  truth: Truth;
  edge: EdgeRecord[];
  balancer: BalancerLine[];
  networks: NetworkRow[];
};

export async function generate(): Promise<Generated> {
  const files = new Map<string, Uint8Array>();
  const truth = await simulate(labour2019, {
    seed: 1,
    write: async (path, bytes) => {
      files.set(path, bytes);
    },
  });
  // The plan behind the same seed says which requests are the attack's; no log does.
  const { exchanges } = traffic(labour2019, { seed: 1 });
  const attack = new Set(exchanges.filter((exchange) => exchange.wave !== null).map(({ rayId }) => rayId));
  return {
    files,
    truth,
    edge: lines(files, 'logs/cloudflare/').map((line) => edgeRecord(line, attack)),
    balancer: lines(files, 'logs/alb/').map(balancerLine),
    networks: networkRows(new TextDecoder().decode(files.get('networks.csv'))),
  };
}

export function lines(files: ReadonlyMap<string, Uint8Array>, under: string): string[] {
  return [...files]
    .filter(([path]) => path.startsWith(under))
    .flatMap(([, bytes]) => gunzipSync(bytes).toString('utf8').trimEnd().split('\n'));
}

export function edgeRecord(line: string, attack: ReadonlySet<string>): EdgeRecord {
  const record = JSON.parse(line);
  return {
    ray: record.RayID,
    address: record.ClientIP,
    country: record.ClientCountry,
    asn: record.ClientASN,
    host: record.ClientRequestHost,
    method: record.ClientRequestMethod,
    uri: record.ClientRequestURI,
    path: record.ClientRequestPath,
    referer: record.ClientRequestReferer,
    agent: record.ClientRequestUserAgent,
    ja4: record.JA4,
    action: record.SecurityAction,
    sources: record.SecuritySources,
    status: record.EdgeResponseStatus,
    cache: record.CacheCacheStatus,
    originStatus: record.OriginResponseStatus,
    originMs: record.OriginResponseDurationMs,
    start: Math.floor(record.EdgeStartTimestamp / 1e6),
    end: Math.floor(record.EdgeEndTimestamp / 1e6),
    attack: attack.has(record.RayID),
  };
}

export function balancerLine(line: string): BalancerLine {
  const fields = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
  const [, time = '', , peer = '', target = ''] = fields;
  return { time: Date.parse(time), peer: peer.slice(0, peer.lastIndexOf(':')), target, fields };
}

export function networkRows(csv: string): NetworkRow[] {
  const [, ...rows] = csv
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  return rows.map((row) => {
    const [cidr = '', asn = '', , country = '', type = ''] = row.split(',');
    const [base = '', bits = ''] = cidr.split('/');
    const contains = new BlockList();
    contains.addSubnet(base, Number(bits), family(base));
    return { cidr, asn: Number(asn), country, type, contains };
  });
}

export function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

export function networkOf(rows: readonly NetworkRow[], address: string): NetworkRow | undefined {
  return rows.find(({ contains }) => contains.check(address, family(address)));
}
