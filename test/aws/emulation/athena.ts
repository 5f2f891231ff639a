/**
 * Answers Athena's query API from a real Trino. Work groups, named queries and prepared statements are moto's.
 * https://docs.aws.amazon.com/athena/latest/APIReference/
 */
import { randomUUID } from 'node:crypto';
import { type Asked, type Execution, makeExecution, run } from './athena-execution.ts';
import { columnInfo } from './athena-text.ts';
import type { Athena } from './endpoint.ts';
import { type Answer, AwsError, jsonCall } from './local-http.ts';

export type WorkGroup = {
  Name: string;
  State?: string;
  Configuration?: {
    EnforceWorkGroupConfiguration?: boolean;
    BytesScannedCutoffPerQuery?: number;
    ResultConfiguration?: {
      OutputLocation?: string;
      EncryptionConfiguration?: { EncryptionOption: string; KmsKey?: string };
    };
  };
};

type Fields = Record<string, unknown>;

export function makeAthena(by: {
  /** Trino's address, once it is ready. */
  trino: () => Promise<string>;
  /** Where work groups and prepared statements are. */
  moto: string;
  /** Where results are put, so that the call is recorded as made in the caller's name. */
  endpoint: string;
}): Athena & { stop(): void } {
  const executions = new Map<string, Execution>();
  const byToken = new Map<string, { id: string; request: string }>();

  const moto = <T>(action: string, fields: unknown) =>
    jsonCall<T>(by.moto, { service: 'athena', target: `AmazonAthena.${action}`, fields, caller: 'athena' });

  async function workGroup(name: string): Promise<WorkGroup> {
    // moto answers null where Athena refuses.
    const { WorkGroup } = await moto<{ WorkGroup: WorkGroup | null }>('GetWorkGroup', { WorkGroup: name });
    if (WorkGroup === null) throw invalid(`WorkGroup ${name} is not found.`);
    return WorkGroup;
  }

  const actions: Record<string, (fields: Fields, caller: string) => unknown> = {
    async StartQueryExecution(fields, caller) {
      const asked = fields as Asked;
      const { ClientRequestToken: token, ...request } = asked;
      if (typeof asked.QueryString !== 'string' || asked.QueryString === '')
        throw invalid('QueryString is required');
      if (Buffer.byteLength(asked.QueryString) > 262_144)
        throw invalid('QueryString is longer than 262144 bytes, the most that Athena takes');
      if (token !== undefined && (token.length < 32 || token.length > 128))
        throw invalid('ClientRequestToken must be of 32 to 128 characters');
      const seen = token === undefined ? undefined : byToken.get(token);
      const text = JSON.stringify(request, Object.keys(flat(request)).sort());
      if (seen !== undefined) {
        if (seen.request !== text) throw invalid('Idempotent parameters do not match');
        return { QueryExecutionId: seen.id };
      }
      const id = randomUUID();
      // Before the first wait: a second request with this token, in the meantime, is the same one.
      if (token !== undefined) byToken.set(token, { id, request: text });
      try {
        const group = await workGroup(asked.WorkGroup ?? 'primary');
        const execution = makeExecution(id, { asked, group, caller });
        executions.set(id, execution);
        void run(execution, {
          trino: by.trino,
          endpoint: by.endpoint,
          prepared: async (name) => {
            const found = await moto<{ PreparedStatement?: { QueryStatement: string } }>(
              'GetPreparedStatement',
              {
                StatementName: name,
                WorkGroup: group.Name,
              },
            );
            return found.PreparedStatement?.QueryStatement ?? null;
          },
        });
      } catch (error) {
        if (token !== undefined) byToken.delete(token);
        throw error;
      }
      return { QueryExecutionId: id };
    },
    GetQueryExecution: ({ QueryExecutionId }) => ({ QueryExecution: found(QueryExecutionId).record }),
    BatchGetQueryExecution({ QueryExecutionIds }) {
      const ids = QueryExecutionIds as string[];
      return {
        QueryExecutions: ids.flatMap((id) => executions.get(id)?.record ?? []),
        UnprocessedQueryExecutionIds: ids
          .filter((id) => !executions.has(id))
          .map((QueryExecutionId) => ({
            QueryExecutionId,
            ErrorCode: 'INVALID_QUERY_EXECUTION_ID',
            ErrorMessage: `QueryExecution ${QueryExecutionId} was not found`,
          })),
      };
    },
    ListQueryExecutions({ WorkGroup = 'primary', MaxResults = 50, NextToken = '0' }) {
      const ids = [...executions.values()]
        .filter(({ group }) => group.Name === WorkGroup)
        .map(({ id }) => id);
      return page('QueryExecutionIds', ids.reverse(), { from: Number(NextToken), most: Number(MaxResults) });
    },
    StopQueryExecution({ QueryExecutionId }) {
      found(QueryExecutionId).stop();
      return {};
    },
    GetQueryResults({ QueryExecutionId, MaxResults = 1000, NextToken = '0' }) {
      const { record, columns, rows } = found(QueryExecutionId);
      const state = record.Status.State;
      if (state === 'QUEUED' || state === 'RUNNING')
        throw invalid(`Query has not yet finished. Current state: ${state}`);
      if (state !== 'SUCCEEDED')
        throw invalid(`Query did not finish successfully. Final query state: ${state}`);
      const most = Number(MaxResults);
      if (!(most >= 1 && most <= 1000)) throw invalid('MaxResults is more than 1000 or less than 1');
      // The first row of a query's results is their header, and counts; statements about the catalogue have none.
      const all = record.StatementType === 'DML' ? [columns.map(({ name }) => name), ...rows] : rows;
      const { Rows, NextToken: next } = page('Rows', all, { from: Number(NextToken), most });
      return {
        UpdateCount: 0,
        ResultSet: {
          Rows: (Rows as (string | null)[][]).map((row) => ({
            Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
          })),
          ResultSetMetadata: { ColumnInfo: columns.map(columnInfo) },
        },
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  };

  function found(id: unknown): Execution {
    const execution = executions.get(String(id));
    if (execution === undefined) throw invalid(`QueryExecution ${id} was not found`);
    return execution;
  }

  return {
    answers: (action) => action in actions,
    workGroupOf: (id) => executions.get(id)?.group.Name ?? null,
    async answer(action, fields, caller): Promise<Answer> {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
      try {
        return { status: 200, headers, body: JSON.stringify(await actions[action]!(fields, caller)) };
      } catch (error) {
        const type = error instanceof AwsError ? error.type : 'InternalServerException';
        const message = error instanceof Error ? error.message : String(error);
        const body = JSON.stringify({
          __type: type,
          Message: message,
          message,
          AthenaErrorCode: 'INVALID_INPUT',
        });
        return {
          status: type === 'InternalServerException' ? 500 : 400,
          headers: { ...headers, 'x-amzn-errortype': type },
          body,
        };
      }
    },
    stop() {
      for (const execution of executions.values()) execution.stop();
    },
  };
}

function page(
  name: string,
  all: readonly unknown[],
  by: { from: number; most: number },
): { [name: string]: unknown; NextToken?: string } {
  const until = by.from + by.most;
  return { [name]: all.slice(by.from, until), ...(until < all.length ? { NextToken: String(until) } : {}) };
}

/** Every name in it, however deep, so that two requests with the same fields in another order are the same. */
function flat(value: unknown, names: Record<string, true> = {}): Record<string, true> {
  if (value !== null && typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) {
      names[name] = true;
      flat(inner, names);
    }
  return names;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
