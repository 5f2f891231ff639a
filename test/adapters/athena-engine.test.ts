import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import type { AthenaClient } from '@aws-sdk/client-athena';
import type { S3Client } from '@aws-sdk/client-s3';
import { athenaEngine } from '../../src/adapters/athena-engine.ts';
import { resultObjectRows } from '../../src/adapters/athena-results.ts';
import type { AwsClients } from '../../src/adapters/aws-clients.ts';
import { EngineError } from '../../src/catalogue/engine.ts';

type Outcome = { state: string; reason?: string; at?: Date };

/** Athena as far as tokens go: a token that it knows is the execution that it was. `fresh` says what new ones become. */
function athenaOf(known: Map<string, Outcome>, fresh: () => Outcome) {
  const executions = new Map<string, Outcome>();
  const stopped: string[] = [];
  const started: string[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, string> }) => {
    const { input } = command;
    switch (command.constructor.name) {
      case 'StartQueryExecutionCommand': {
        const token = input.ClientRequestToken!;
        assert.match(token, /^[0-9a-f]{64}$/);
        if (!known.has(token)) {
          known.set(token, { at: new Date(), ...fresh() });
          started.push(token);
        }
        executions.set(token, known.get(token)!);
        return { QueryExecutionId: token };
      }
      case 'GetQueryExecutionCommand': {
        const { state, reason, at } = executions.get(input.QueryExecutionId!)!;
        return {
          QueryExecution: {
            QueryExecutionId: input.QueryExecutionId,
            StatementType: 'DML',
            Status: { State: state, StateChangeReason: reason, SubmissionDateTime: at },
            Statistics: { DataScannedInBytes: 1234 },
          },
        };
      }
      case 'GetQueryResultsCommand':
        return {
          ResultSet: {
            ResultSetMetadata: {
              ColumnInfo: [
                { Name: 'n', Type: 'bigint' },
                { Name: 't', Type: 'varchar' },
              ],
            },
            Rows: [
              { Data: [{ VarCharValue: 'n' }, { VarCharValue: 't' }] },
              { Data: [{ VarCharValue: '1' }, {}] },
              { Data: [{ VarCharValue: '2' }, { VarCharValue: '' }] },
            ],
          },
        };
      default:
        stopped.push(input.QueryExecutionId!);
        return {};
    }
  };
  const clients = { athena: { send } as unknown as AthenaClient, pace: { timeoutMs: 100, backOffMs: 1 } };
  const open = () => athenaEngine(clients as AwsClients, { workgroup: 'w', database: 'd', snapshot: 'root' });
  return { open, stopped, started };
}

const succeeded = (): Outcome => ({ state: 'SUCCEEDED' });
const longAgo = new Date('2019-11-12T00:00:00Z');

describe('The engine of Athena', () => {
  test('tells NULL from an empty text, and names its execution', async () => {
    const { open } = athenaOf(new Map(), succeeded);
    const { rows, execution } = await open().run('select');
    assert.deepEqual(rows, [
      [1, null],
      [2, ''],
    ]);
    assert.equal(execution?.bytes_scanned, 1234);
  });

  test('takes up what an earlier run of the same snapshot began', async () => {
    const known = new Map<string, Outcome>();
    const { open, started } = athenaOf(known, succeeded);
    await open().run('select', { parameters: ['a'] });
    for (const outcome of known.values()) outcome.at = longAgo;
    await open().run('select', { parameters: ['a'] });
    assert.equal(started.length, 1);
    await open().run('select', { parameters: ['b'] });
    assert.equal(started.length, 2);
  });

  test('asks anew what failed in an earlier run, however often it did', async () => {
    const known = new Map<string, Outcome>();
    let fails = true;
    const { open, started } = athenaOf(known, () =>
      fails ? { state: 'FAILED', reason: 'Bytes scanned limit was exceeded' } : succeeded(),
    );
    for (let run = 1; run <= 6; run += 1) {
      await assert.rejects(open().run('select'), /Bytes scanned limit was exceeded \(1,234 bytes scanned\)/);
      assert.equal(started.length, run);
      for (const outcome of known.values()) outcome.at = longAgo;
    }
    fails = false;
    assert.equal((await open().run('select')).rows.length, 2);
  });

  test('starts anew what was cancelled, and gives up in the end with its id', async () => {
    const { open, started } = athenaOf(new Map(), () => ({ state: 'CANCELLED', reason: 'by somebody' }));
    await assert.rejects(open().run('select'), (error: Error) => {
      assert.ok(error instanceof EngineError);
      assert.match(error.message, /query [0-9a-f]{64} was cancelled: by somebody/);
      return true;
    });
    assert.equal(started.length, 4);
  });

  test('stops what runs when it is closed', async () => {
    const { open, stopped } = athenaOf(new Map(), () => ({ state: 'RUNNING' }));
    const engine = open();
    const asked = engine.run('select');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await engine.close();
    await assert.rejects(asked, EngineError);
    assert.equal(stopped.length, 1);
  });
});

describe('A large result', () => {
  const columns = [
    { name: 'n', type: 'bigint' as const },
    { name: 't', type: 'varchar' as const },
  ];
  const csv = '"n","t"\n"1",\n"2",""\n"3","a ""quoted"", text\nof two lines"\n';
  const url = 's3://example-results/results/x.csv';

  test('is read from its object, NULL and empty texts apart', async () => {
    const client = { send: async () => ({ Body: Readable.from([csv]) }) } as unknown as S3Client;
    assert.deepEqual(await resultObjectRows(client, { url, columns }), [
      [1, null],
      [2, ''],
      [3, 'a "quoted", text\nof two lines'],
    ]);
  });

  test('is read again where its body breaks off', async () => {
    let readings = 0;
    const broken = async function* () {
      yield csv.slice(0, 20);
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    };
    const client = {
      async send() {
        readings += 1;
        return { Body: readings < 3 ? Readable.from(broken()) : Readable.from([csv]) };
      },
    } as unknown as S3Client;
    assert.equal((await resultObjectRows(client, { url, columns })).length, 3);
    assert.equal(readings, 3);
    const dead = { send: async () => ({ Body: Readable.from(broken()) }) } as unknown as S3Client;
    await assert.rejects(resultObjectRows(dead, { url, columns }), /socket hang up/);
  });
});
