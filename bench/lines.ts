/**
 * Log lines for the benchmark, the same bytes each time: 50,000 addresses (a few busy, most rare), 4,000 paths, a
 * third with a query that never repeats, 300 agents, 600 referrers. Addresses are reserved for benchmarks (RFC 2544).
 */
import { createRandom, type Random } from '../src/simulate/random.ts';

export const BENCH_FORMATS = ['combined', 'alb', 'cloudflare'] as const;
export type BenchFormat = (typeof BENCH_FORMATS)[number];

/** Every log begins on this day, at midnight. */
export const START = Date.UTC(2019, 10, 11);
const LINES_A_SECOND = 40;
const ACCOUNT = '123456789012';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SECTIONS = ['news', 'events', 'policies', 'people', 'assets', 'donate', 'api/v2/search', 'images'];
const SYSTEMS = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15',
  'X11; Linux x86_64',
  'Linux; Android 9; SM-G960F',
];

type Request = {
  at: number;
  address: string;
  port: number;
  method: string;
  path: string;
  query: string;
  status: number;
  bytes: number;
  referrer: string;
  agent: string;
};

type World = { addresses: string[]; paths: string[]; agents: string[]; referrers: string[] };

function world(): World {
  const list = (count: number, of: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => of(i));
  return {
    addresses: list(50_000, (i) => `198.${18 + (i >> 15)}.${(i >> 7) & 255}.${1 + (i & 127)}`),
    paths: list(
      4_000,
      (i) =>
        `/${SECTIONS[i % SECTIONS.length]}/${((i * 2654435761) % 4294967296).toString(36)}/page-${i}.html`,
    ),
    agents: list(300, (i) => {
      const version = `${60 + (i % 19)}.0.${3000 + i}.${i % 97}`;
      return `Mozilla/5.0 (${SYSTEMS[i % SYSTEMS.length]}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`;
    }),
    referrers: list(
      600,
      (i) => `https://www.example.${i % 3 === 0 ? 'org' : 'com'}/from/${i}?campaign=${i * 7}`,
    ),
  };
}

type Place = { index: number; linesASecond: number };

function request(
  { index, linesASecond }: Place,
  { addresses, paths, agents, referrers }: World,
  random: Random,
): Request {
  // The product of two draws makes some addresses busy and leaves none out for long.
  const busy = (list: readonly string[]) => list[Math.floor(random.next() * random.next() * list.length)]!;
  return {
    at: START + Math.floor((index * 1000) / linesASecond),
    address: busy(addresses),
    port: 1024 + random.below(64_000),
    method: random.chance(0.95) ? 'GET' : 'POST',
    path: busy(paths),
    query: random.chance(0.33) ? `?q=${random.hex(8)}&page=${random.below(20)}` : '',
    status: random.pick([200, 200, 200, 200, 200, 200, 304, 302, 404, 503]),
    bytes: random.below(60_000),
    referrer: random.chance(0.6) ? busy(referrers) : '',
    agent: busy(agents),
  };
}

function combined(r: Request): string {
  const time = new Date(r.at).toISOString();
  const stamp = `${time.slice(8, 10)}/${MONTHS[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
  return `${r.address} - - [${stamp}] "${r.method} ${r.path}${r.query} HTTP/1.1" ${r.status} ${r.bytes} "${r.referrer || '-'}" "${r.agent}"\n`;
}

function alb(r: Request, random: Random): string {
  const micros = `${new Date(r.at).toISOString().slice(0, 23)}${100 + random.below(900)}Z`;
  const target = `198.51.100.${20 + random.below(8)}:8080`;
  const arn = `arn:aws:elasticloadbalancing:eu-west-2:${ACCOUNT}:targetgroup/web/2c9e41d7ab580f36`;
  const certificate = `arn:aws:acm:eu-west-2:${ACCOUNT}:certificate/6d2f0c1e-93ab-4f57-8d10-b4e7a95c3812`;
  return (
    `https ${micros} app/web/5f1d8a3c07b9e264 ${r.address}:${r.port} ${target} 0.000 0.${100 + random.below(900)} 0.000 ` +
    `${r.status} ${r.status} ${300 + random.below(900)} ${r.bytes} "${r.method} https://www.example.com:443${r.path}${r.query} HTTP/1.1" ` +
    `"${r.agent}" TLS_AES_128_GCM_SHA256 TLSv1.3 ${arn} "Root=1-${random.hex(8)}-${random.hex(24)}" "www.example.com" "${certificate}" ` +
    `0 ${micros} "forward" "-" "-" "${target}" "${r.status}" "-" "-" TID_${random.hex(32)} "-" "-" "-"\n`
  );
}

function cloudflare(r: Request, random: Random): string {
  const nanos = () => `${r.at}${100_000 + random.below(900_000)}`;
  return `${JSON.stringify({
    RayID: random.hex(16),
    ZoneName: 'example.com',
    ClientIP: r.address,
    ClientSrcPort: r.port,
    ClientCountry: 'gb',
    ClientASN: 64_496 + (r.port % 16),
    ClientDeviceType: 'desktop',
    ClientIPClass: 'noRecord',
    ClientRequestHost: 'www.example.com',
    ClientRequestMethod: r.method,
    ClientRequestURI: r.path + r.query,
    ClientRequestPath: r.path,
    ClientRequestProtocol: 'HTTP/2',
    ClientRequestScheme: 'https',
    ClientRequestReferer: r.referrer,
    ClientRequestUserAgent: r.agent,
    ClientRequestBytes: 300 + random.below(900),
    ClientSSLProtocol: 'TLSv1.3',
    ClientSSLCipher: 'AEAD-AES128-GCM-SHA256',
    JA4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
    BotScore: 1 + random.below(99),
    VerifiedBotCategory: '',
    EdgeColoCode: 'LHR',
    EdgeStartTimestamp: 0,
    EdgeEndTimestamp: 1,
    EdgeResponseStatus: r.status,
    EdgeResponseBytes: r.bytes,
    EdgeTimeToFirstByteMs: random.below(900),
    CacheCacheStatus: random.pick(['hit', 'miss', 'dynamic']),
    OriginIP: '198.51.100.20',
    OriginResponseStatus: r.status,
    OriginResponseDurationMs: random.below(800),
    SecurityAction: '',
    SecurityActions: [],
    SecurityRuleID: '',
    SecuritySources: [],
  })
    // Nanoseconds exceed what a JavaScript number holds.
    .replace('"EdgeStartTimestamp":0', `"EdgeStartTimestamp":${nanos()}`)
    .replace('"EdgeEndTimestamp":1', `"EdgeEndTimestamp":${nanos()}`)}\n`;
}

const WRITERS: Record<BenchFormat, (r: Request, random: Random) => string> = { combined, alb, cloudflare };

/** The lines of a benchmark log, some thousand a piece; without end where the count is infinite. */
export function* benchLines(
  format: BenchFormat,
  count: number,
  { linesASecond = LINES_A_SECOND }: { linesASecond?: number } = {},
): Generator<string> {
  const random = createRandom(1, `bench/${format}`);
  const known = world();
  for (let index = 0; index < count; ) {
    let piece = '';
    for (const end = Math.min(count, index + 4_000); index < end; index += 1)
      piece += WRITERS[format](request({ index, linesASecond }, known, random), random);
    yield piece;
  }
}
