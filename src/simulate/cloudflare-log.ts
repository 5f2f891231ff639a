/**
 * The edge's log: Cloudflare Logpush, data set `http_requests`, newline-delimited JSON.
 * https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
 */
import type { Exchange } from './edge.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { compactTime, sliceMs, slices } from './slices.ts';

export type LogObject = { path: string; text: string };

export function* cloudflareLog(
  scenario: Scenario,
  exchanges: readonly Exchange[],
  random: Random,
): Generator<LogObject & { start: number }> {
  for (const [start, batch] of slices(exchanges, (exchange) => exchange.end)) {
    // Many machines write one log: the order is that of the end, give or take a second.
    const keyed = batch.map((exchange) => ({ exchange, key: exchange.end + random.below(1000) }));
    keyed.sort((a, b) => a.key - b.key || (a.exchange.rayId < b.exchange.rayId ? -1 : 1));
    const from = compactTime(start);
    const until = compactTime(start + sliceMs - 1000);
    yield {
      start,
      path: `logs/cloudflare/${from.slice(0, 8)}/${from}_${until}_${random.hex(8)}.log.gz`,
      text: keyed.map(({ exchange }) => line(scenario, exchange, random)).join(''),
    };
  }
}

function line(scenario: Scenario, exchange: Exchange, random: Random): string {
  const { client, tool, verdict, origin, path, query } = exchange;
  const { network } = client;
  const tls13 = tool.ja4.startsWith('t13');
  const nodes = scenario.origin.loadBalancer.nodes;
  const uri = path + query;
  const shown = (text: string) => JSON.stringify(text);
  // Unix nanoseconds exceed what a JavaScript number holds: the milliseconds, then six digits of text.
  const start = exchange.at + String(random.below(1_000_000)).padStart(6, '0');
  const end = exchange.end + String(random.below(1_000_000)).padStart(6, '0');
  return (
    `{"RayID":"${exchange.rayId}","ZoneName":"${scenario.zone}",` +
    `"ClientIP":"${client.address}","ClientSrcPort":${exchange.port},` +
    `"ClientCountry":"${countryCode(exchange)}","ClientASN":${network.asn},` +
    `"ClientDeviceType":"${tool.device}","ClientIPClass":"${ipClass(exchange)}",` +
    `"ClientRequestHost":"${exchange.host}","ClientRequestMethod":"${exchange.method}",` +
    `"ClientRequestURI":${shown(uri)},"ClientRequestPath":${shown(path)},` +
    `"ClientRequestProtocol":"${tool.protocol}","ClientRequestScheme":"https",` +
    `"ClientRequestReferer":${shown(exchange.referer)},"ClientRequestUserAgent":${shown(tool.userAgent)},` +
    `"ClientRequestBytes":${exchange.bytesReceived},` +
    `"ClientSSLProtocol":"${tls13 ? 'TLSv1.3' : 'TLSv1.2'}",` +
    `"ClientSSLCipher":"${tls13 ? 'AEAD-AES128-GCM-SHA256' : 'ECDHE-RSA-AES128-GCM-SHA256'}",` +
    `"JA4":"${tool.ja4}","BotScore":${exchange.botScore},"VerifiedBotCategory":"${exchange.verifiedBot}",` +
    `"EdgeColoCode":"${client.colo}","EdgeStartTimestamp":${start},"EdgeEndTimestamp":${end},` +
    `"EdgeResponseStatus":${exchange.status},"EdgeResponseBytes":${exchange.bytesSent},` +
    `"EdgeTimeToFirstByteMs":${exchange.firstByteMs},"CacheCacheStatus":"${exchange.cacheStatus}",` +
    `"OriginIP":"${origin ? nodes[origin.node]!.address : ''}",` +
    `"OriginResponseStatus":${origin?.status ?? 0},"OriginResponseDurationMs":${origin?.durationMs ?? 0},` +
    `"SecurityAction":"${verdict?.action ?? ''}","SecurityActions":[${verdict ? shown(verdict.action) : ''}],` +
    `"SecurityRuleID":"${verdict?.ruleId ?? ''}","SecuritySources":[${verdict ? shown(verdict.source) : ''}]}\n`
  );
}

function ipClass({ client, verifiedBot }: Exchange): string {
  if (client.network.type === 'anonymiser') return 'tor';
  if (verifiedBot.startsWith('Search')) return 'searchEngine';
  return verifiedBot.startsWith('Monitor') ? 'monitoringService' : 'noRecord';
}

/** Cloudflare's country code of a Tor exit is `t1`. */
function countryCode({ client }: Exchange): string {
  return client.network.type === 'anonymiser' ? 't1' : client.network.country.toLowerCase();
}
