/**
 * An object of a gigabyte, decompressed, at the memory that the template gives the ingest, and what a small one costs;
 * in a lake that has taken the place of a former one.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { benchLines } from '../../bench/lines.ts';
import { parseS3Url, s3Store } from '../../src/adapters/s3-store.ts';
import type { Marker } from '../../src/lake/marker.ts';
import type { Store } from '../../src/lake/store.ts';
import { ascribe } from '../cli/run.ts';
import { synthesize } from './assembly.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';

const GIGABYTE = 1_000_000_000;
const folder = mkdtempSync(join(tmpdir(), 'ascribe-large-'));
let cloud: Cloud;
let s3: S3Client;
let lake: Store;
let raw: string;
const output = (name: string) => cloud.stacks.map(({ outputs }) => outputs[name]).find(Boolean)!;

before(async () => {
  cloud = await startCloud({ assembly: synthesize(folder, { lakePrefix: 'lake-2' }), athena: false });
  s3 = new S3Client(cloud.client());
  lake = s3Store(s3, parseS3Url(output('LakeUrl')));
  raw = parseS3Url(output('RawUrl')).bucket;
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Gzip members one after the other are one object: lines are packed as they are made. */
function largeLog(): Buffer {
  const members: Buffer[] = [];
  let bytes = 0;
  for (const chunk of benchLines('alb', 3_000_000)) {
    members.push(gzipSync(chunk, { level: 1 }));
    bytes += Buffer.byteLength(chunk);
    if (bytes >= GIGABYTE) break;
  }
  assert.ok(bytes >= GIGABYTE, `made ${bytes} bytes`);
  return Buffer.concat(members);
}

const markers = async (): Promise<Marker[]> =>
  Promise.all(
    (await lake.list('objects/')).map(
      async ({ key }) => JSON.parse(Buffer.from((await lake.read(key))!).toString('utf8')) as Marker,
    ),
  );

/** What came of objects; the names of networks a function writes when it starts. */
const contents = async () =>
  (await lake.list(''))
    .filter(({ key }) => /^(objects|tables\/\w+_activity)\//.test(key))
    .map(({ key, size }) => ({ key, size }));

describe('The ingest function', () => {
  test('has rows of a small object soon after it was put', async () => {
    const [lines] = benchLines('alb', 100);
    const began = Date.now();
    await s3.send(new PutObjectCommand({ Bucket: raw, Key: 'raw/alb/small.log.gz', Body: gzipSync(lines!) }));
    await cloud.drain();
    assert.equal((await markers()).length, 1);
    const cold = cloud.lambda.coldStarts().map(({ milliseconds }) => Math.round(milliseconds));
    console.log(
      `put to row, with a cold start: ${Date.now() - began} ms; cold starts: ${cold.join(', ')} ms`,
    );
  });

  test('reads all anew into a lake that is begun anew, when it is told to', async () => {
    assert.ok(output('LakeUrl').endsWith('/lake-2'));
    const { bucket, prefix } = parseS3Url(output('LakeUrl'));
    const before = await contents();
    assert.ok(before.length > 2);
    // As a new prefix is: custody in the vault knows the object, the lake does not.
    for (const { key } of before)
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}` }));
    const env = {
      ...{ AWS_ENDPOINT_URL: cloud.endpoint, AWS_REGION: cloud.region, AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ AWS_ACCESS_KEY_ID: 'administrator', AWS_SECRET_ACCESS_KEY: 'emulated' },
    };
    const place = [output('RawUrl'), '--lake', output('LakeUrl'), '--queue', output('IngestQueueUrl')];
    assert.match((await ascribe(['backfill', ...place], { env })).out, /: 0 versions were announced/);
    const again = await ascribe(['backfill', '--again', ...place], { env });
    assert.match(again.out, /: 1 versions were announced/, again.err);
    await cloud.drain();
    assert.deepEqual(await contents(), before);
  });

  test('reads a gigabyte within its memory, its disk and its time', async () => {
    const Body = largeLog();
    const began = Date.now();
    await s3.send(new PutObjectCommand({ Bucket: raw, Key: 'raw/alb/large.log.gz', Body }));
    await cloud.drain();
    const large = (await markers()).find(({ bytes }) => bytes >= GIGABYTE);
    assert.ok(large, 'the object was not read');
    assert.equal(large.ledger.rows, large.ledger.records);
    const [ingest] = cloud.memory().filter(({ peak }) => peak > 0);
    assert.ok(ingest!.peak <= ingest!.allowed);
    assert.deepEqual(cloud.lambda.violations, []);
    console.log(
      `${large.bytes} bytes, ${large.ledger.rows} rows in ${Date.now() - began} ms; peak ${Math.round(ingest!.peak / (1 << 20))} MiB of ${ingest!.allowed / (1 << 20)}`,
    );
  });
});
