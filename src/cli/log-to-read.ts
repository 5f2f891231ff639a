import { dayParameters, type Span } from '../case/span.ts';
import type { Engine } from '../catalogue/engine.ts';
import { CommandError } from './command-error.ts';
import { say } from './progress.ts';

/** Names of logs in a sentence, at most. */
const MOST_NAMED = 5;

/**
 * The log to read: the one that was asked for, else the outermost of requests, or that with most events of the table of
 * flows, names or changes that is given. Says on standard error which others there are. Throws CommandError where the lake
 * holds no such log or event of that time.
 */
export async function logToRead(
  engine: Engine,
  { asked, span, table }: { asked: string | undefined; span: Span; table?: string | undefined },
): Promise<string> {
  const { from_day, until_day } = dayParameters(span);
  const [from, events] = table ? [table, 'count(*)'] : ['minute_activity', 'sum(requests)'];
  const order = "case vantage when 'edge' then 1 when 'firewall' then 2 when 'balancer' then 3 else 4 end";
  const { rows } = await engine.run(
    `select source_id from (select source_id, vantage, ${events} as events from ${from} where dt between date '${from_day}' and date '${until_day}' group by source_id, vantage) logs order by ${order}, events desc, source_id`,
  );
  if (rows.length === 0)
    throw new CommandError('the lake holds no events of that time that the query reads.');
  const logs = [...new Set(rows.map(([sourceId]) => String(sourceId)))];
  if (asked !== undefined && !logs.includes(asked))
    throw new CommandError(`the lake has no log "${asked}" of that time; it has ${named(logs)}.`);
  const [log = '', ...others] = asked === undefined ? logs : [asked];
  if (others.length > 0) say(`Reads the log ${log}. With --source it reads another: ${named(others)}.`);
  return log;
}

function named(logs: readonly string[]): string {
  const more = logs.length - MOST_NAMED;
  return `${logs.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
