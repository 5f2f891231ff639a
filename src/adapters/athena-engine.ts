import { setTimeout as pause } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { type Engine, EngineError, type Result } from '../catalogue/engine.ts';
import { canonicalJson, sha256 } from '../lake/digest.ts';
import { sqlText } from '../lake/tables.ts';
import { columnsOf, resultObjectRows, valueFrom } from './athena-results.ts';
import type { AwsClients } from './aws-clients.ts';
import { Slots } from './slots.ts';

export type AthenaSettings = {
  workgroup: string;
  database: string;
  /** What the answers depend on besides the query: a retried run with the same one takes up the executions of the first. */
  snapshot: string;
};

/** Queries at a time: Athena queues what is over the account's quota, and the quota is everyone's. */
const MOST_RUNNING = 6;

/** Rows from which on a result is streamed from its object instead of paged. */
const MOST_PAGED_ROWS = 10_000;
const PAGE_ROWS = 1_000;

/** Executions of one question that may be given up by Athena before it is an error. */
const MOST_ATTEMPTS = 4;

/** Tokens of one question: what earlier runs left behind comes before the first of this one. */
const MOST_TOKENS = 50;
/** What Athena's clock and ours may differ by. */
const CLOCKS_APART_MS = 5_000;

const SLOWEST_POLL_MS = 4_000;

type Answered = { execution: QueryExecution; result: Result };

/** Athena over the tables of a lake, as the workgroup lets it. */
export function athenaEngine(clients: AwsClients, settings: AthenaSettings): Engine {
  const { athena, pace } = clients;
  const running = new Set<string>();
  const slots = new Slots(MOST_RUNNING);
  const openedAt = Date.now();
  let closed = false;

  /**
   * Runs until Athena has an answer. An execution of an earlier run that came to nothing, or whose result is gone,
   * is left behind; one of this run that was cancelled or may do better another time is started anew.
   */
  async function execute(sql: string, parameters: readonly string[]): Promise<Answered> {
    let own = 0;
    for (let attempt = 1; ; attempt += 1) {
      const id = await start(sql, { parameters, attempt });
      running.add(id);
      const execution = await settled(athena, { id, firstPollMs: pace.backOffMs / 5, stop: () => closed });
      running.delete(id);
      const { State, AthenaError, SubmissionDateTime } = execution.Status ?? {};
      const isEarlier = (SubmissionDateTime?.getTime() ?? openedAt) < openedAt - CLOCKS_APART_MS;
      if (State === 'SUCCEEDED') {
        try {
          return { execution, result: await resultOf(execution) };
        } catch (error) {
          if (!isEarlier || attempt >= MOST_TOKENS) throw error;
          continue;
        }
      }
      if (isEarlier && !closed && attempt < MOST_TOKENS) continue;
      own += 1;
      const again = !closed && (State === 'CANCELLED' || AthenaError?.Retryable === true);
      if (!again || own === MOST_ATTEMPTS) throw failure(execution);
    }
  }

  async function start(
    sql: string,
    { parameters, attempt }: { parameters: readonly string[]; attempt: number },
  ): Promise<string> {
    const { workgroup, database, snapshot } = settings;
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: workgroup,
        QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: database },
        // The same question of the same snapshot is the same execution, whoever asks again.
        ClientRequestToken: sha256(canonicalJson([sql, parameters, snapshot, workgroup, database, attempt])),
        ...(parameters.length > 0 ? { ExecutionParameters: parameters.map(sqlText) } : {}),
      }),
    );
    return QueryExecutionId!;
  }

  async function resultOf(execution: QueryExecution): Promise<Result> {
    const rows: Result['rows'] = [];
    let columns: Result['columns'] | null = null;
    let next: string | undefined;
    do {
      const page: GetQueryResultsCommandOutput = await athena.send(
        new GetQueryResultsCommand({
          QueryExecutionId: execution.QueryExecutionId,
          MaxResults: PAGE_ROWS,
          ...(next ? { NextToken: next } : {}),
        }),
      );
      next = page.NextToken;
      const first = columns === null;
      columns ??= columnsOf(page.ResultSet);
      // The first row of a SELECT's first page holds the names.
      for (const row of (page.ResultSet?.Rows ?? []).slice(
        first && execution.StatementType === 'DML' ? 1 : 0,
      ))
        rows.push(columns.map(({ type }, index) => valueFrom(row.Data?.[index]?.VarCharValue ?? null, type)));
      if (next && rows.length >= MOST_PAGED_ROWS) {
        const all = await resultObjectRows(clients.s3, {
          url: execution.ResultConfiguration!.OutputLocation!,
          columns,
        });
        return { columns, rows: all };
      }
    } while (next);
    return { columns: columns ?? [], rows };
  }

  return {
    name: 'Athena',
    committedOnly: false,
    run: (sql, { parameters = [] } = {}) =>
      slots.take(async () => {
        try {
          const { execution, result } = await execute(sql, parameters);
          return { ...result, execution: accountOf(execution) };
        } catch (error) {
          if (error instanceof EngineError) throw error;
          throw new EngineError('Athena', requestFailure(error), { cause: error });
        }
      }),
    async close() {
      closed = true;
      await Promise.allSettled(
        [...running].map((id) => athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))),
      );
    },
  };
}

/** Waits for the end of an execution, ever more patiently. */
async function settled(
  athena: AthenaClient,
  { id, firstPollMs, stop }: { id: string; firstPollMs: number; stop: () => boolean },
): Promise<QueryExecution> {
  for (let wait = firstPollMs; ; wait = Math.min(wait * 1.5, SLOWEST_POLL_MS)) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const over = !['QUEUED', 'RUNNING'].includes(QueryExecution?.Status?.State ?? '');
    if (over || stop()) return QueryExecution!;
    await pause(wait);
  }
}

function accountOf({ QueryExecutionId, Statistics }: QueryExecution): NonNullable<Result['execution']> {
  return {
    id: QueryExecutionId!,
    bytes_scanned: Statistics?.DataScannedInBytes ?? 0,
    milliseconds: Statistics?.EngineExecutionTimeInMillis ?? 0,
  };
}

/** Why an execution gave nothing: Athena's own reason, under what id it can be looked up, and what it read. */
function failure(execution: QueryExecution): EngineError {
  const { Status, QueryExecutionId, Statistics } = execution;
  const reason = Status?.StateChangeReason ?? Status?.AthenaError?.ErrorMessage ?? 'no reason was given';
  const scanned = (Statistics?.DataScannedInBytes ?? 0).toLocaleString('en-GB');
  return new EngineError(
    'Athena',
    `query ${QueryExecutionId} ${Status?.State === 'CANCELLED' ? 'was cancelled' : 'failed'}: ${reason} (${scanned} bytes scanned)`,
    { cause: execution },
  );
}

function requestFailure(error: unknown): string {
  const { name, message } = error as Error;
  return name === 'AccessDeniedException'
    ? `these credentials may not use the workgroup: ask for the role of an investigator (${message})`
    : `${name}: ${message}`;
}
