/** The requests of a site as its logs have them. */
import { createRandom, type Random } from '../../src/simulate/random.ts';
import type { Site, SiteRequest } from './site.ts';

export type LogFormat = 'combined' | 'alb' | 'cloudflare';

/** Lines of a log, in order of time. `start` in ms since 1970; `fingerprintOf` gives the JA4 of what is no person's own. */
export function linesOf(
  { requests, hours, random }: Site,
  {
    format,
    start,
    seed,
    fingerprints,
  }: { format: LogFormat; start: number; seed: number; fingerprints: ReadonlyMap<string, string> },
): string[] {
  const until = hours * 3_600_000;
  const sorted = requests.filter(({ at }) => at >= 0 && at < until).sort((a, b) => a.at - b.at);
  const own = createRandom(seed, `other-sites/${format}`);
  const known = new Map<string, string>();
  const ja4 = ({ address, agent }: SiteRequest): string => {
    const given = fingerprints.get(address) ?? known.get(agent) ?? fingerprint(own);
    if (!fingerprints.has(address)) known.set(agent, given);
    return given;
  };
  switch (format) {
    case 'combined':
      return sorted.map((request) => combined(request, start));
    case 'alb':
      return sorted.map((request) => alb(request, { start, random }));
    case 'cloudflare':
      return sorted.map((request) => cloudflare(request, { start, random: own, ja4: ja4(request) }));
  }
}

export const fingerprint = (random: Random): string =>
  `t13d${10 + random.below(10)}${10 + random.below(10)}h2_${random.hex(12)}_${random.hex(12)}`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function combined(
  { at, address, method, target, status, bytes, referrer, agent }: SiteRequest,
  start: number,
): string {
  const [date, time] = new Date(start + at).toISOString().slice(0, 19).split('T') as [string, string];
  const [year, month, day] = date.split('-') as [string, string, string];
  const when = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
  return `${address} - - [${when}] "${method} ${target} HTTP/1.1" ${status} ${bytes} "${referrer ?? '-'}" "${agent}"`;
}

function alb(
  { at, address, method, target, status, bytes, agent }: SiteRequest,
  { start, random }: { start: number; random: Random },
): string {
  const time = `${new Date(start + at).toISOString().slice(0, 23)}${String(random.below(1000)).padStart(3, '0')}Z`;
  const host = 'api.site.example';
  const peer = `10.0.${random.below(4)}.${4 + random.below(6)}:8080`;
  const took = `0.000 ${(0.01 + random.skewed(0.05)).toFixed(3)} 0.000`;
  const group = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/site/73e2d6bc24d8a067';
  const trace = `Root=1-${random.hex(8)}-${random.hex(24)}`;
  return [
    `https ${time} app/site/50dc6c495c0c9188 ${address}:${1024 + random.below(64_000)} ${peer} ${took}`,
    `${status} ${status} ${80 + random.below(800)} ${bytes} "${method} https://${host}:443${target} HTTP/2.0"`,
    `"${agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ${group} "${trace}" "${host}"`,
    `"arn:aws:acm:eu-west-1:123456789012:certificate/1" 0 ${time} "forward" "-" "-" "${peer}" "${status}" "-" "-"`,
  ].join(' ');
}

function cloudflare(
  { at, address, method, target, status, bytes, referrer, agent }: SiteRequest,
  { start, random, ja4 }: { start: number; random: Random; ja4: string },
): string {
  return JSON.stringify({
    ClientIP: address,
    ClientRequestHost: target.startsWith('/api/') ? 'join.site.example' : 'www.site.example',
    ClientRequestMethod: method,
    ClientRequestURI: target,
    EdgeStartTimestamp: new Date(start + at).toISOString(),
    EdgeResponseStatus: status,
    EdgeResponseBytes: bytes,
    ClientRequestUserAgent: agent,
    ClientRequestReferer: referrer ?? '',
    JA4: ja4,
    RayID: random.hex(16),
    OriginResponseStatus: status,
    ClientRequestProtocol: 'HTTP/2',
  });
}
