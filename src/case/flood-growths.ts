import type { Analyst } from '../catalogue/engine.ts';
import { ATTACK_KINDS, bytes } from '../report/words.ts';
import { examineNames } from './dns-floods.ts';
import { type FloodOnce, floodsOnce } from './floods-of-several-logs.ts';
import { examineFlows } from './flow-floods.ts';
import { lastMinute } from './http-growths.ts';
import { MINUTE, rfc3339, type Span } from './span.ts';
import {
  type Alert,
  type Due,
  type Growth,
  harmless,
  isOver,
  NEWS_FOR,
  type ToldWindow,
} from './told-alerts.ts';

const DAY = 1440 * MINUTE;

export type FloodSurface = 'network' | 'dns';
export const FLOOD_SURFACES: readonly FloodSurface[] = ['network', 'dns'];

/** A flood of flows or of DNS queries, by all the marks that a report asks for. */
export type FloodGrowth = Growth & { flood: FloodOnce };

const EXAMINE = { network: examineFlows, dns: examineNames };

/**
 * Floods of a surface among what is news, found as a report finds them. Of flows and DNS queries a lake keeps no minutes,
 * so that each look reads events: only so many `days`, or so many before a flood that was told and goes on, up to `mostDays`.
 */
export async function floodGrowths(
  analyst: Analyst,
  {
    surface,
    at,
    days,
    mostDays,
    open,
  }: { surface: FloodSurface; at: number; days: number; mostDays: number; open: readonly ToldWindow[] },
): Promise<{ growths: FloodGrowth[]; last: number }> {
  const told = Math.min(at, ...open.map(({ opened }) => Date.parse(opened.start)));
  const focus: Span = { from: Math.min(at - NEWS_FOR, told), until: at };
  // A log that fell silent within a flood never ends it.
  const from = Math.min(at - days * DAY, Math.max(at - mostDays * DAY, told - days * DAY));
  const period: Span = { from, until: at };
  const logs = await EXAMINE[surface](analyst, { period, focus, forced: null });
  const found = logs.flatMap((log) =>
    log.rises.flatMap((rise) => (rise.found ? [{ log, rise, found: rise.found }] : [])),
  );
  const growths = floodsOnce(found).map((flood): FloodGrowth => {
    const { start, end, requests } = flood.found;
    return {
      surface,
      sourceIds: [flood, ...flood.others].map(({ log }) => log.sourceId),
      ...{ start, end, requests, over: isOver(end, lastMinute(flood.log.stretches)) },
      flood,
    };
  });
  return { growths, last: lastMinute(logs.flatMap(({ stretches }) => stretches)) };
}

export function floodAlert(
  { surface, over, flood: { log, found } }: FloodGrowth,
  { due, synthetic }: { due: Due; synthetic: boolean },
): Alert {
  const [host = null] = found.hosts;
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const unit = surface === 'dns' ? 'queries' : 'flows';
  const where = surface === 'dns' ? 'at the name servers' : 'in the network log';
  const when = `from ${rfc3339(found.start)} ${over ? 'until' : 'and still at'} ${rfc3339(found.end)}`;
  const volume = found.volume
    ? ` of ${number(found.volume.packets)} packets and ${bytes(found.volume.bytes)}`
    : '';
  const stopped = found.mitigated === null ? '' : `; the defence stopped ${number(found.mitigated)}`;
  return {
    ...due,
    synthetic,
    surface,
    flood: { kind: found.kind, volume: found.volume },
    source_id: harmless(log.sourceId),
    vantage: log.vantage,
    host: host === null ? null : harmless(host),
    start: rfc3339(found.start),
    end: rfc3339(found.end),
    peak_at: rfc3339(found.peakAt),
    peak_per_minute: Math.round(found.peak),
    expected_per_minute: Math.round(found.expectedAtPeak),
    requests: found.requests,
    mitigated: found.mitigated,
    requests_of_known: null,
    sentence:
      `${synthetic ? 'SYNTHETIC. ' : ''}What has the marks of this kind of flood, ${ATTACK_KINDS[found.kind]}, came${host === null ? '' : ` to ${harmless(host)}`} ${where} ${when}: ` +
      `at least ${number(found.requests)} ${unit}${volume}, at the peak ${number(found.peak)} a minute where ${number(found.expectedAtPeak)} were to be expected${stopped}. ` +
      'The report examines it.',
  };
}
