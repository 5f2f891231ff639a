import type { Analyst } from '../catalogue/engine.ts';
import type { LogView } from './examine.ts';
import { num } from './signature-rows.ts';
import { type Span, windowOf } from './span.ts';

/** Classes of an address that name no verified bot: words of Cloudflare's ClientIPClass. */
const NO_BOT = new Set([
  'noRecord',
  'unknown',
  'clean',
  'badHost',
  'greylist',
  'scan',
  'securityScanner',
  'tor',
  'mobilePlatform',
  'allowlist',
  'whitelist',
]);

/** Requests of bots that the provider verified, in a window and just before it; null: the log does not say. */
export async function verifiedBots(
  analyst: Analyst,
  { view, around, before }: { view: LogView; around: Span; before: Span },
): Promise<{ during: number; before: number } | null> {
  const count = async (span: Span): Promise<number | null> => {
    const rows = await analyst.ask('indicators/verified-bots', windowOf(view, span));
    if (rows.every((row) => row.client_class === null)) return null;
    return rows.reduce(
      (sum, row) =>
        sum + (row.client_class !== null && !NO_BOT.has(String(row.client_class)) ? num(row.requests) : 0),
      0,
    );
  };
  const during = await count(around);
  return during === null ? null : { during, before: (await count(before)) ?? 0 };
}
