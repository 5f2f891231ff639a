/** One execution of a query: from the request to its result file in S3. */
import type { WorkGroup } from './athena.ts';
import { columnInfo, resultFile, textOf } from './athena-text.ts';
import { AwsError, signed } from './local-http.ts';
import { runInTrino, type TrinoColumn, TrinoError, type TrinoResult, type TrinoStats } from './trino.ts';

export type Asked = {
  QueryString: string;
  ClientRequestToken?: string;
  ExecutionParameters?: string[];
  QueryExecutionContext?: { Catalog?: string; Database?: string };
  ResultConfiguration?: {
    OutputLocation?: string;
    EncryptionConfiguration?: { EncryptionOption: string; KmsKey?: string };
  };
  WorkGroup?: string;
};

type State = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

type ExecutionRecord = {
  QueryExecutionId: string;
  Query: string;
  StatementType: 'DML' | 'DDL' | 'UTILITY';
  ResultConfiguration: Asked['ResultConfiguration'];
  QueryExecutionContext: object;
  WorkGroup: string;
  ExecutionParameters?: string[];
  EngineVersion: object;
  Status: {
    State: State;
    StateChangeReason?: string;
    SubmissionDateTime: number;
    CompletionDateTime?: number;
    AthenaError?: object;
  };
  Statistics: { [name: string]: number };
};

export type Execution = {
  id: string;
  asked: Asked;
  group: WorkGroup;
  /** Whoever asked: the result is written in its name. */
  caller: string;
  record: ExecutionRecord;
  columns: TrinoColumn[];
  rows: (string | null)[][];
  abort: AbortController;
  stop(): void;
};

const aboutBytes = new AwsError('FAILED', 'Bytes scanned limit was exceeded');

export function makeExecution(id: string, by: { asked: Asked; group: WorkGroup; caller: string }): Execution {
  const { asked, group } = by;
  const own = group.Configuration ?? {};
  const wanted =
    own.EnforceWorkGroupConfiguration === true
      ? (own.ResultConfiguration ?? {})
      : { ...own.ResultConfiguration, ...asked.ResultConfiguration };
  if (wanted.OutputLocation === undefined)
    throw new AwsError(
      'InvalidRequestException',
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    );
  const type = statementType(asked.QueryString);
  const place = `${wanted.OutputLocation.replace(/\/?$/, '/')}${id}.${type === 'DML' ? 'csv' : 'txt'}`;
  const abort = new AbortController();
  const execution: Execution = {
    id,
    asked,
    group,
    caller: by.caller,
    columns: [],
    rows: [],
    abort,
    record: {
      QueryExecutionId: id,
      Query: asked.QueryString,
      StatementType: type,
      ResultConfiguration: { ...wanted, OutputLocation: place },
      QueryExecutionContext: asked.QueryExecutionContext ?? {},
      WorkGroup: group.Name,
      ...(asked.ExecutionParameters === undefined ? {} : { ExecutionParameters: asked.ExecutionParameters }),
      EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
      Status: { State: 'QUEUED', SubmissionDateTime: Date.now() / 1000 },
      Statistics: {},
    },
    stop() {
      if (!isOver(execution)) {
        close(execution, 'CANCELLED', 'Query cancelled by user');
        abort.abort(new AwsError('CANCELLED', 'Query cancelled by user'));
      }
    },
  };
  return execution;
}

/** Runs it to its end. Whatever goes wrong becomes its state, as in Athena. */
export async function run(
  execution: Execution,
  by: {
    trino: () => Promise<string>;
    endpoint: string;
    prepared: (name: string) => Promise<string | null>;
  },
): Promise<void> {
  const { record, asked, abort, group } = execution;
  const ceiling = group.Configuration?.BytesScannedCutoffPerQuery ?? Number.POSITIVE_INFINITY;
  const watch = (stats: TrinoStats) => {
    if (record.Status.State === 'QUEUED' && stats.state !== 'QUEUED') record.Status.State = 'RUNNING';
    record.Statistics = statistics(stats);
    if (stats.physicalInputBytes > ceiling) abort.abort(aboutBytes);
  };
  try {
    const url = await by.trino();
    const statement = await statementFor(asked, by.prepared);
    const database = asked.QueryExecutionContext?.Database ?? 'default';
    const result = await runInTrino(url, { ...statement, schema: database, signal: abort.signal, watch });
    if (isOver(execution)) return;
    keep(execution, result);
    await writeResult(execution, by.endpoint);
    if (!isOver(execution)) close(execution, 'SUCCEEDED');
  } catch (error) {
    if (isOver(execution)) return;
    const isTrinos = error instanceof TrinoError;
    const message = error instanceof Error ? error.message : String(error);
    record.Status.AthenaError = {
      ErrorCategory: isTrinos && !error.isUsers ? 1 : 2,
      ErrorType: isTrinos && !error.isUsers ? 401 : 1006,
      Retryable: false,
      ErrorMessage: message,
    };
    close(execution, 'FAILED', isTrinos ? `${error.code}: ${message}` : message);
  }
}

function isOver({ record }: Execution): boolean {
  return !['QUEUED', 'RUNNING'].includes(record.Status.State);
}

function close({ record }: Execution, state: State, reason?: string): void {
  Object.assign(record.Status, {
    State: state,
    CompletionDateTime: Date.now() / 1000,
    ...(reason === undefined ? {} : { StateChangeReason: reason }),
  });
}

function keep(execution: Execution, { columns, rows }: TrinoResult): void {
  execution.columns = columns;
  execution.rows = rows.map((row) => row.map((value, index) => textOf(value, columns[index]!.typeSignature)));
}

function statementType(sql: string): 'DML' | 'DDL' | 'UTILITY' {
  const bare = sql.replace(/^(\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
  if (/^(select|with|insert|execute|unload|values|\()/i.test(bare)) return 'DML';
  return /^(show|describe|desc|explain)\b/i.test(bare) ? 'UTILITY' : 'DDL';
}

/** Parameters are SQL literals, in order, in the place of the question marks. */
async function statementFor(
  asked: Asked,
  prepared: (name: string) => Promise<string | null>,
): Promise<{ sql: string; prepared: Record<string, string> }> {
  const sql = asked.QueryString.replace(/;\s*$/, '');
  const using = asked.ExecutionParameters?.length ? ` USING ${asked.ExecutionParameters.join(', ')}` : '';
  const name = /^\s*execute\s+(?!immediate\b)(\w+)/i.exec(sql)?.[1];
  if (name !== undefined) {
    const statement = await prepared(name);
    if (statement === null) throw new AwsError('FAILED', `PreparedStatement ${name} was not found`);
    return { sql: `${sql}${using}`, prepared: { [name]: statement } };
  }
  if (using === '') return { sql, prepared: {} };
  return { sql: `EXECUTE IMMEDIATE '${sql.replaceAll("'", "''")}'${using}`, prepared: {} };
}

function statistics(stats: TrinoStats): Record<string, number> {
  return {
    EngineExecutionTimeInMillis: stats.elapsedTimeMillis - stats.queuedTimeMillis,
    DataScannedInBytes: stats.physicalInputBytes,
    TotalExecutionTimeInMillis: stats.elapsedTimeMillis,
    QueryQueueTimeInMillis: stats.queuedTimeMillis,
    QueryPlanningTimeInMillis: stats.planningTimeMillis ?? 0,
  };
}

async function writeResult(execution: Execution, endpoint: string): Promise<void> {
  const { record, columns, rows } = execution;
  const { OutputLocation = '', EncryptionConfiguration: encryption } = record.ResultConfiguration ?? {};
  const text =
    record.StatementType === 'DML'
      ? resultFile([columns.map(({ name }) => name), ...rows])
      : rows.map((row) => `${row.map((value) => value ?? '').join('\t')}\n`).join('');
  const headers: Record<string, string> = { ...signed('s3', execution.caller), 'x-emulation-via': 'athena' };
  if (encryption?.EncryptionOption === 'SSE_S3') headers['x-amz-server-side-encryption'] = 'AES256';
  if (encryption?.EncryptionOption === 'SSE_KMS') {
    headers['x-amz-server-side-encryption'] = 'aws:kms';
    if (encryption.KmsKey) headers['x-amz-server-side-encryption-aws-kms-key-id'] = encryption.KmsKey;
  }
  // Athena's metadata file is binary and undocumented: ours holds the same facts as JSON.
  const metadata = JSON.stringify(columns.map(columnInfo));
  for (const [location, body] of [
    [OutputLocation, text],
    [`${OutputLocation}.metadata`, metadata],
  ] as const) {
    const put = await fetch(location.replace('s3:/', endpoint), { method: 'PUT', headers, body });
    await put.arrayBuffer();
    if (!put.ok) throw new AwsError('FAILED', `Access denied when writing output to url: ${location}`);
  }
}
