/** What a query of the product's engine reads of a lake, in bytes that it asked the system for. Linux. */
import { readFileSync } from 'node:fs';
import { openCatalogue } from '../src/adapters/catalogue.ts';
import { duckDbEngine, type LakePart } from '../src/adapters/duckdb-engine.ts';
import { type Span, timeParameters } from '../src/case/span.ts';
import { runQuery } from '../src/catalogue/engine.ts';

/** Bytes that this process has read so far, from files or the cache of the system alike; null elsewhere. */
export function readSoFar(): number | null {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
  } catch {
    return null;
  }
}

export const CAN_COUNT_BYTES = readSoFar() !== null;

/** SQL of one's own over a span of one day, or a query of the catalogue. */
export type Question = { sql(times: Record<string, string>): string } | { query: string; source: string };

/** Bytes read to answer, from the opening of the engine on: it keeps what it read, so each answer has its own. */
export async function bytesRead(
  question: Question,
  { parts, span }: { parts: readonly LakePart[]; span: Span },
): Promise<number> {
  const times = timeParameters(span);
  const catalogue = openCatalogue();
  const before = readSoFar();
  const engine = await duckDbEngine(parts);
  try {
    if ('sql' in question) await engine.run(question.sql(times));
    else {
      const values = { ...times, source_id: question.source };
      await runQuery(engine, { query: catalogue.find(question.query), values });
    }
    return readSoFar()! - before!;
  } finally {
    await engine.close();
  }
}

/** Requests and bytes by status, as a person asks for them. */
export const BY_STATUS: Question = {
  sql: ({ from_day, until_day, from_time, until_time }) => `select status_code, count(*), sum(response_bytes)
from http_activity
where dt between date '${from_day}' and date '${until_day}'
  and time >= timestamp '${from_time}' and time < timestamp '${until_time}'
group by status_code`,
};
