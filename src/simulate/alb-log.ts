/**
 * The balancer's log: Application Load Balancer access log entries, one line a request that reached it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
import type { AddressBook } from './addresses.ts';
import type { LogObject } from './cloudflare-log.ts';
import type { Exchange, OriginAnswer } from './edge.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { compactTime, sliceMs, slices } from './slices.ts';

type Reached = Exchange & { origin: OriginAnswer };

export function* albLog(
  scenario: Scenario,
  exchanges: readonly Exchange[],
  { book, random }: { book: AddressBook; random: Random },
): Generator<LogObject> {
  const { account, region, loadBalancer, peers } = scenario.origin;
  const addresses = Array.from({ length: peers.count }, () => book.take(peers.network).address);
  const reached = exchanges.filter((exchange): exchange is Reached => exchange.origin !== null);
  for (const [start, batch] of slices(reached, (exchange) => exchange.origin.answeredAt)) {
    // The object's name and folder carry the end of its five minutes.
    const end = compactTime(start + sliceMs);
    const folder = `${end.slice(0, 4)}/${end.slice(4, 6)}/${end.slice(6, 8)}`;
    for (const [node, { address }] of loadBalancer.nodes.entries()) {
      const own = batch.filter((exchange) => exchange.origin.node === node);
      if (own.length === 0) continue;
      own.sort((a, b) => a.origin.answeredAt - b.origin.answeredAt || (a.rayId < b.rayId ? -1 : 1));
      const name =
        `${account}_elasticloadbalancing_${region}_app.${loadBalancer.name}.${loadBalancer.id}` +
        `_${end.slice(0, 13)}Z_${address}_${random.hex(8)}.log.gz`;
      yield {
        path: `logs/alb/AWSLogs/${account}/elasticloadbalancing/${region}/${folder}/${name}`,
        text: own.map((exchange) => line(scenario, exchange, { addresses, random })).join(''),
      };
    }
  }
}

function line(
  scenario: Scenario,
  exchange: Reached,
  { addresses, random }: { addresses: readonly string[]; random: Random },
): string {
  const { account, region, loadBalancer, targets, targetGroup, certificates } = scenario.origin;
  const { origin, host, tool } = exchange;
  const arn = `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${targetGroup}`;
  const micro = (time: number) =>
    `${new Date(time).toISOString().slice(0, 23)}${String(random.below(1000)).padStart(3, '0')}Z`;
  const target = random.pick(targets);
  const answered = origin.targetMs !== null;
  const seconds = answered ? `0.000 ${(origin.targetMs! / 1000).toFixed(3)} 0.000` : '0.000 -1 -1';
  const targetStatus = answered ? String(origin.status) : '-';
  const epoch = Math.floor(origin.receivedAt / 1000)
    .toString(16)
    .padStart(8, '0');
  return `${[
    'https',
    micro(origin.answeredAt),
    `app/${loadBalancer.name}/${loadBalancer.id}`,
    `${random.pick(addresses)}:${10_000 + random.below(55_000)}`,
    target,
    seconds,
    origin.status,
    targetStatus,
    exchange.bytesReceived + 210,
    exchange.bytesSent - 90,
    `"${exchange.method} https://${host}:443${exchange.path}${exchange.query} HTTP/1.1"`,
    `"${tool.userAgent}"`,
    'TLS_AES_128_GCM_SHA256 TLSv1.3',
    arn,
    `"Root=1-${epoch}-${random.hex(24)}"`,
    `"${host}"`,
    `"arn:aws:acm:${region}:${account}:certificate/${certificates[host] ?? certificates['']}"`,
    0,
    micro(origin.receivedAt),
    '"forward" "-" "-"',
    `"${target}" "${targetStatus}"`,
    '"-" "-"',
    `TID_${random.hex(32)}`,
    '"-" "-" "-"',
  ].join(' ')}\n`;
}
