import type { AttackKind, OtherLog, Vantage } from '../report/model.ts';
import type { FloodLog, FoundFlood, JudgedRise } from './flood.ts';
import { rfc3339 } from './span.ts';

/** A flood as one log has it. */
export type LoggedFlood = { log: FloodLog; rise: JudgedRise; found: FoundFlood };

/** A flood with what other logs saw of it, whose counts are added to none. */
export type FloodOnce = LoggedFlood & { others: LoggedFlood[] };

/** Without flags a log cannot tell which of these it saw. */
const OF_TCP: readonly AttackKind[] = ['syn-flood', 'ack-flood', 'tcp-flood'];

const sameKind = (one: AttackKind, other: AttackKind): boolean =>
  one === other || ([one, other].includes('tcp-flood') && OF_TCP.includes(one) && OF_TCP.includes(other));

/** Two logs of a surface that saw one kind of flood on one target at one time saw one flood. */
const isSame = (one: LoggedFlood, other: LoggedFlood): boolean =>
  one.log.surface === other.log.surface &&
  one.log.sourceId !== other.log.sourceId &&
  one.found.start < other.found.end &&
  other.found.start < one.found.end &&
  sameKind(one.found.kind, other.found.kind) &&
  one.found.hosts.some((host) => other.found.hosts.includes(host));

/** Each flood once, by the log that tells most of it: a kind that is told, then most attack flows. */
export function floodsOnce(floods: readonly LoggedFlood[]): FloodOnce[] {
  const told = [...floods].sort(
    (a, b) =>
      Number(a.found.kind === 'tcp-flood') - Number(b.found.kind === 'tcp-flood') ||
      b.found.requests - a.found.requests ||
      a.found.start - b.found.start ||
      (a.log.sourceId < b.log.sourceId ? -1 : 1),
  );
  const once: FloodOnce[] = [];
  for (const flood of told) {
    const known = once.find((each) => isSame(each, flood));
    if (known) known.others.push(flood);
    else once.push({ ...flood, others: [] });
  }
  return once.sort((a, b) => a.found.start - b.found.start || (a.log.sourceId < b.log.sourceId ? -1 : 1));
}

export const otherLogs = (others: readonly LoggedFlood[]): OtherLog[] =>
  others.map(({ log, found }) => ({
    source_id: log.sourceId,
    vantage: log.vantage as Vantage,
    kind: found.kind,
    start: rfc3339(found.start),
    end: rfc3339(found.end),
    requests: found.requests,
  }));
