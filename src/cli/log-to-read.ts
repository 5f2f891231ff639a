import { dayParameters, type Span } from '../case/span.ts';
import type { Engine } from '../catalogue/engine.ts';
import { CommandError } from './command-error.ts';

/**
 * The log to read where none was named: the outermost of requests, or that with most events of the table of flows,
 * names or changes that is given. Throws CommandError where the lake holds no such event of that time.
 */
export async function logToRead(
  engine: Engine,
  { span, table }: { span: Span; table?: string | undefined },
): Promise<string> {
  const { from_day, until_day } = dayParameters(span);
  const [from, events] = table ? [table, 'count(*)'] : ['minute_activity', 'sum(requests)'];
  const order = "case vantage when 'edge' then 1 when 'firewall' then 2 when 'balancer' then 3 else 4 end";
  const { rows } = await engine.run(
    `select source_id from (select source_id, vantage, ${events} as events from ${from} where dt between date '${from_day}' and date '${until_day}' group by source_id, vantage) logs order by ${order}, events desc, source_id`,
  );
  if (rows.length === 0)
    throw new CommandError('the lake holds no events of that time that the query reads.');
  return String(rows[0]![0]);
}
