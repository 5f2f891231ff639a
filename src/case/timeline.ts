import { settledBaseline } from '../detection/candidates.ts';
import { knownMinutes, type MinuteSeries } from '../detection/minute-series.ts';
import type { Series } from '../report/model.ts';
import type { LogView } from './examine.ts';
import type { Attack } from './observe.ts';
import { MINUTE, rfc3339 } from './span.ts';

/** The minutes of a log, with what was expected and how much of it was the attack's. */
export function timeline(log: LogView, attacks: readonly Attack[]): Series {
  const byMinute = new Map<number, number>();
  for (const attack of attacks) {
    if (attack.view !== log) continue;
    for (const [minute, requests] of attack.byMinute)
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + requests);
  }
  const mitigates = log.stretches.some((stretch) => stretch.mitigated.some((count) => count > 0));
  return {
    source_id: log.sourceId,
    vantage: log.vantage as Series['vantage'],
    bucket_seconds: 60,
    points: log.stretches.flatMap((stretch) => stretchPoints(stretch, { byMinute, mitigates })),
  };
}

/** Points of the minutes that are known: a gap has none. */
function stretchPoints(
  { start, requests, mitigated }: MinuteSeries,
  { byMinute, mitigates }: { byMinute: Map<number, number>; mitigates: boolean },
): Series['points'] {
  const { expected } = settledBaseline(requests);
  const points: Series['points'] = [];
  for (const [index, known] of knownMinutes(requests).entries()) {
    if (known === 0) continue;
    const minute = start + index * MINUTE;
    points.push({
      at: rfc3339(minute),
      requests: requests[index]!,
      mitigated: mitigates ? mitigated[index]! : null,
      expected: Math.round(expected[index]! * 10) / 10,
      attack: Math.round(byMinute.get(minute) ?? 0),
    });
  }
  return points;
}
