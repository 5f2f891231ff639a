/** Asks Athena through the unchanged client, as a test does it. */
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { sleep } from './local-http.ts';

export type Question = {
  sql: string;
  workGroup: string;
  database?: string;
  parameters?: string[];
  token?: string;
};

export async function startQuery(athena: AthenaClient, question: Question): Promise<string> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: question.sql,
      WorkGroup: question.workGroup,
      ...(question.database ? { QueryExecutionContext: { Database: question.database } } : {}),
      ...(question.parameters ? { ExecutionParameters: question.parameters } : {}),
      ...(question.token ? { ClientRequestToken: question.token } : {}),
    }),
  );
  return QueryExecutionId!;
}

/** Runs a query to its end, whichever that is. */
export async function runQuery(athena: AthenaClient, question: Question): Promise<QueryExecution> {
  return await endOf(athena, await startQuery(athena, question));
}

export async function endOf(athena: AthenaClient, id: string): Promise<QueryExecution> {
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const state = QueryExecution!.Status!.State!;
    if (state !== 'QUEUED' && state !== 'RUNNING') return QueryExecution!;
    await sleep(50);
  }
}

export type Rows = { header: string[]; types: string[]; rows: (string | null)[][]; pages: number };

export async function rowsOf(athena: AthenaClient, id: string): Promise<Rows> {
  const all: (string | null)[][] = [];
  let types: string[] = [];
  let pages = 0;
  let NextToken: string | undefined;
  do {
    const page = await athena.send(
      new GetQueryResultsCommand({
        QueryExecutionId: id,
        MaxResults: 1000,
        ...(NextToken ? { NextToken } : {}),
      }),
    );
    types = page.ResultSet!.ResultSetMetadata!.ColumnInfo!.map(({ Type }) => Type!);
    for (const { Data } of page.ResultSet!.Rows!)
      all.push(Data!.map(({ VarCharValue }) => VarCharValue ?? null));
    NextToken = page.NextToken;
    pages += 1;
  } while (NextToken);
  const [header = [], ...rows] = all;
  return { header: header as string[], types, rows, pages };
}

export async function resultObject(
  s3: S3Client,
  execution: QueryExecution,
): Promise<{ text: string; encryption: string | undefined; key: string | undefined }> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(execution.ResultConfiguration!.OutputLocation!)!;
  const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return {
    text: await object.Body!.transformToString(),
    encryption: object.ServerSideEncryption,
    key: object.SSEKMSKeyId,
  };
}
