/**
 * An object of each format through the bundled ingest, and the same one through the command line: the same marker and
 * the same parts, to the byte. Prints what each took at its peak, in a process of its own.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { formatAssets } from '../../src/adapters/assets.ts';
import { parseS3Url, s3Store } from '../../src/adapters/s3-store.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { type Marker, markerKey, readMarker } from '../../src/lake/marker.ts';
import type { Store } from '../../src/lake/store.ts';
import { ascribe, digests } from '../cli/run.ts';
import { synthesize } from './assembly.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { formatObject } from './format-objects.ts';

const MIB = 1 << 20;
const formats = formatAssets().map(parseFormat);
const folder = mkdtempSync(join(tmpdir(), 'ascribe-formats-'));
const measured: string[][] = [];
let cloud: Cloud;
let s3: S3Client;
let lake: Store;
let ingest: string;
const output = (name: string) => cloud.stacks.map(({ outputs }) => outputs[name]).find(Boolean)!;

before(async () => {
  cloud = await startCloud({ assembly: synthesize(folder), athena: false });
  s3 = new S3Client(cloud.client());
  lake = s3Store(s3, parseS3Url(output('LakeUrl')));
  ingest = cloud.find('AWS::Lambda::Function', 'Ingest').id;
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Given = { key: string; body: Buffer; id: string };
type Ingested = { marker: Marker; parts: Map<string, string>; peak: number };

/** In a process that has read nothing else. */
async function throughLambda({ key, body, id }: Given): Promise<Ingested> {
  cloud.lambda.beginAnew(ingest);
  // S3 delivers its own logs into no bucket that locks.
  const place = output(key.startsWith('raw/s3-access/') ? 'S3AccessLogUrl' : 'RawUrl');
  await s3.send(new PutObjectCommand({ Bucket: parseS3Url(place).bucket, Key: key, Body: body }));
  await cloud.drain();
  const marker = await readMarker(lake, id);
  assert.ok(marker, `the function did not read ${key}`);
  const parts = new Map<string, string>();
  for (const { key } of await lake.list('tables/'))
    if (key.includes(id)) parts.set(key, sha256((await lake.read(key))!));
  const { peak } = cloud.memory().find(({ function: name }) => name === ingest)!;
  return { marker, parts, peak };
}

/** Says at its end what Linux knows of the process, so that no peak falls between two looks. */
const tellStatus = `data:text/javascript,${encodeURIComponent(
  "import{readFileSync,writeSync}from'node:fs';process.on('exit',()=>writeSync(2,readFileSync('/proc/self/status')))",
)}`;

async function throughCommand({ body, id }: Given): Promise<Ingested> {
  const place = mkdtempSync(join(folder, 'command-'));
  const [file, local] = [join(place, 'object.gz'), join(place, 'lake')];
  writeFileSync(file, body);
  const env = { NODE_OPTIONS: `--import=${tellStatus}` };
  const { code, err } = await ascribe(['ingest', file, '--lake', local], { env });
  assert.equal(code, 0, err);
  const marker = JSON.parse(readFileSync(join(local, markerKey(id)), 'utf8')) as Marker;
  const parts = digests(local, (path) => path.startsWith('tables/') && path.includes(id));
  rmSync(place, { recursive: true });
  return { marker, parts, peak: Number(/^VmHWM:\s+(\d+) kB$/m.exec(err)![1]) * 1024 };
}

describe('An object becomes the same in the function and on the command line, within the memory of the function:', () => {
  for (const format of formats)
    test(format.id, async () => {
      const { key, text, body, events, headers } = formatObject(format);
      const id = sha256(text);
      const deployed = await throughLambda({ key, body, id });
      const { marker } = deployed;
      const { rows, notices, ...rest } = marker.ledger;
      assert.equal(marker.format, format.id);
      assert.deepEqual(rest, { records: events + headers, rejects: 0, headers, blanks: 0 });
      assert.ok(rows > 0);
      assert.equal(rows + notices, events);
      const rowsOf = (table: string) =>
        marker.parts.reduce((sum, part) => sum + (part.table === table ? part.rows : 0), 0);
      assert.equal(rowsOf(format.table.name), rows);
      assert.equal(rowsOf('notices'), notices);
      assert.deepEqual(deployed.parts, new Map(marker.parts.map((part) => [part.key, part.sha256])));

      const local = await throughCommand({ key, body, id });
      assert.deepEqual(local.marker, marker);
      assert.deepEqual(local.parts, deployed.parts);

      const { allowed } = cloud.memory().find(({ function: name }) => name === ingest)!;
      const mib = (bytes: number) => String(Math.round(bytes / MIB));
      measured.push([
        ...[format.id, String(events + headers), String(Buffer.byteLength(text))],
        ...[`${mib(deployed.peak)} of ${mib(allowed)}`, mib(local.peak)],
      ]);
      for (const { peak } of [deployed, local])
        assert.ok(peak > 0 && peak <= allowed, `${peak} of ${allowed}`);
      assert.deepEqual(cloud.lambda.violations, []);
    });

  after(() => {
    const all = [['format', 'records', 'bytes', 'MiB, function', 'MiB, command'], ...measured];
    for (const [name, ...figures] of all)
      console.log([name!.padEnd(28), ...figures.map((figure) => figure.padStart(13))].join(' '));
  });
});
