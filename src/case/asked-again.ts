import type { Analyst } from '../catalogue/engine.ts';
import { type AskedAgain, templateOfHost } from '../detection/token-test.ts';
import { num, str } from './signature-rows.ts';

/** What the addresses of a log asked again in a span, as parameters say them. */
export async function askedAgainIn(analyst: Analyst, window: Record<string, string>): Promise<AskedAgain> {
  const askedAgain = new Map<string, Map<string, number>>();
  for (const row of await analyst.ask('technique/asked-again', window)) {
    const srcIp = String(row.src_ip);
    const ofSource = askedAgain.get(srcIp) ?? new Map<string, number>();
    askedAgain.set(srcIp, ofSource);
    const template = templateOfHost({
      host: str(row.host),
      method: str(row.http_method),
      path: str(row.path_template),
      query: str(row.query_template),
    });
    ofSource.set(template, num(row.requests) - num(row.queries));
  }
  return askedAgain;
}
