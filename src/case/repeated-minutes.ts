import type { Analyst } from '../catalogue/engine.ts';
import type { MinuteRow } from '../detection/minute-series.ts';
import { num, str, time } from './signature-rows.ts';
import { dayParameters, type Span } from './span.ts';

const keyOf = ({ sourceId, host, minute }: Pick<MinuteRow, 'sourceId' | 'host' | 'minute'>): string =>
  JSON.stringify([sourceId, host, minute]);

/**
 * The minutes of all logs with each request once. A batch that was delivered twice under another name lies twice in the
 * minutes, and would be growth that never happened. `repeats`: how many each log has of them.
 */
export async function withoutRepeats(
  analyst: Analyst,
  {
    rows,
    period,
    repeats: byLog,
  }: { rows: readonly MinuteRow[]; period: Span; repeats: ReadonlyMap<string, string> },
): Promise<MinuteRow[]> {
  const days = dayParameters(period);
  const logs = new Set(rows.map(({ sourceId }) => sourceId));
  const repeating = [...logs].filter((sourceId) => Number(byLog.get(sourceId) ?? 0) > 0);
  if (repeating.length === 0) return [...rows];
  const once = new Map(rows.map((row) => [keyOf(row), { ...row }]));
  for (const sourceId of repeating) {
    const repeats = await analyst.ask('detection/repeats-by-minute', { ...days, source_id: sourceId });
    for (const row of repeats) {
      const minute = time(row.minute);
      // Small hosts stand together under none.
      const of =
        once.get(keyOf({ sourceId, host: str(row.host), minute })) ??
        once.get(keyOf({ sourceId, host: null, minute }));
      if (!of) continue;
      of.requests -= num(row.repeats);
      of.mitigated -= num(row.mitigated);
      of.withoutSource = (of.withoutSource ?? 0) - num(row.without_source);
      of.failed = (of.failed ?? 0) - num(row.status_5xx);
    }
  }
  return [...once.values()];
}
