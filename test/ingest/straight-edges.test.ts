/** What straight rows are where a record needs the SELECT late, where records grow, and after other records. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import { CutBatch } from '../../src/ingest/cut-batch.ts';
import type { Member } from '../../src/ingest/projection.ts';
import { countRecords } from '../../src/ingest/text.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { Kernel } from '../../src/lake/kernel.ts';
import { smallBook } from '../enrich/small-book.ts';
import { assertSame, made } from './both-ways.ts';
import { RECEIVED, temporaryFolder, temporaryLake } from './temporary-lake.ts';

const formatOf = (id: string): Format => parseFormat(formatAssets().find((each) => each.id === id)!);

function blockOf(lines: readonly string[]): Member[] {
  const text = Buffer.from(lines.join('\n'));
  return [
    { objectId: null, text, firstRecord: 1, records: countRecords(text), header: null, adjoining: null },
  ];
}

const albLine = (target: string, actions: string, waits = '0.086 0.048 0.037'): string =>
  `https 2019-11-11T15:42:00.186641Z app/www/50dc6c495c0c9188 192.0.2.1:2817 ${target} ${waits} 200 200 34 366 "GET https://www.example.com:443/a?b=1 HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x "Root=1-58337262" "www.example.com" "arn:aws:y" 0 2019-11-11T15:42:00.100000Z "${actions}" "-" "-" "-" "-" "-" "-"`;

const cloudflareLine = (cipher: string, category: string): string =>
  JSON.stringify({
    ClientIP: '192.0.2.1',
    ClientRequestHost: 'www.example.com',
    ClientRequestMethod: 'GET',
    ClientRequestURI: '/a?b',
    EdgeStartTimestamp: 1573486920,
    EdgeResponseStatus: 200,
    ClientSSLProtocol: 'TLSv1.3',
    ClientSSLCipher: cipher,
    VerifiedBotCategory: category,
  });

const combinedLine = (uri: string): string =>
  `192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET ${uri} HTTP/1.1" 200 5 "-" "curl"`;

describe('A record that one example leaves, and another would have taken', () => {
  for (const [id, lines] of [
    [
      'aws-alb',
      [1, 2, 3, 4].map((n) => albLine(`10.0.0.${n}:80`, n === 2 ? 'forward,'.repeat(300) : 'forward')),
    ],
    [
      'cloudflare-http-requests',
      ['A', 'B', 'C', 'D'].map((n) => cloudflareLine(n, n === 'B' ? 'x'.repeat(2_100) : '')),
    ],
  ] as const)
    test(`leaves the others what the SELECT makes of them: ${id}`, async () => {
      const blocks = blockOf(lines);
      const selected = await made(formatOf(id), { blocks, way: 'project' });
      for (const way of ['stream', 'together'] as const) {
        const straight = await made(formatOf(id), { blocks, way });
        assert.equal(straight.straightRows, 3);
        assertSame(straight, selected);
      }
    });
});

test('A duration of which a part is not known is not known either, in both ways', async () => {
  const waits = ['0.5 30.5 -1', '-1 0.25 0.125', '0.5 -1 0.125', '-1 -1 -1', '0.5 0.25 0.125'];
  const blocks = blockOf(waits.map((each) => albLine('10.0.0.1:80', 'forward', each)));
  const selected = await made(formatOf('aws-alb'), { blocks, way: 'project' });
  const straight = await made(formatOf('aws-alb'), { blocks, way: 'stream' });
  assert.equal(straight.straightRows, waits.length);
  assertSame(straight, selected);
  const lake = await temporaryLake();
  await lake.take(blocks[0]!.text);
  assert.deepEqual(
    await lake.rows('select duration_us, origin_duration_us from http_activity order by record_no'),
    [
      { duration_us: null, origin_duration_us: 30_500_000 },
      { duration_us: null, origin_duration_us: 250_000 },
      { duration_us: null, origin_duration_us: null },
      { duration_us: null, origin_duration_us: null },
      { duration_us: 875_000, origin_duration_us: 250_000 },
    ],
  );
});

test('Records that grow from one to the next are cut in memory that does not grow with the log', () => {
  const kernel = new Kernel();
  const batch = new CutBatch(kernel, formatOf('apache-combined').cells!);
  const before = kernel.calls.allocate(1);
  let bytes = 0;
  for (let index = 0; index < 400; index += 1) {
    const line = Buffer.from(combinedLine(`/${'x'.repeat(300_000 + index)}`));
    assert.ok(batch.cutOne(line, 0, line.length));
    batch.open(line);
    assert.ok(batch.next(1) && batch.count === 1);
    bytes += line.length;
  }
  assert.ok(bytes > 100e6);
  assert.ok(kernel.calls.allocate(1) - before < 2e6);
});

describe('A part', () => {
  const projectors: { close(): void }[] = [];
  after(() => {
    for (const projector of projectors) projector.close();
  });

  /** Digests of the parts of the last of some blocks. */
  async function partsOf(blocks: readonly Member[][]): Promise<string[]> {
    const projector = await duckDbProjector(createEnricher(smallBook(), null));
    projectors.push(projector);
    const format = formatOf('apache-combined');
    const projection = await projector.open({ format, receivedAt: RECEIVED, label: 'a-log' });
    let digests: string[] = [];
    for (const block of blocks) {
      const { straight } = await projection.stream(block, join(temporaryFolder(), 'parts'));
      digests = straight.map(({ file }) => sha256(readFileSync(file)));
      await projection.clear();
    }
    await projection.close();
    return digests;
  }

  test('has the same bytes whatever was made before it, also of texts that were made to have one hash', async () => {
    const colliding: string[] = [];
    for (let index = 0; colliding.length < 100; index += 1)
      if ((hashOf(Buffer.from(`/p${index}`)) & 511) === 7) colliding.push(`/p${index}`);
    const block = blockOf(Array.from({ length: 3_000 }, (_, index) => combinedLine(colliding[index % 100]!)));
    const other = blockOf(Array.from({ length: 4_000 }, (_, index) => combinedLine(`/a${index % 1_700}`)));
    const alone = await partsOf([block]);
    assert.equal(alone.length, 2);
    assert.deepEqual(await partsOf([other, block]), alone);
  });

  test('has the same bytes after an object that failed, and after one beside it', async () => {
    const broken = '192.0.2.66';
    const enricher = createEnricher(smallBook(), null);
    const number = (address: string) => address.split('.').reduce((sum, quad) => sum * 256 + Number(quad), 0);
    const projector = await duckDbProjector({
      ...enricher,
      facts4(value, claim, day) {
        if (value === number(broken)) throw new Error('a data set is broken');
        return enricher.facts4(value, claim, day);
      },
    });
    projectors.push(projector);
    const line = (address: string) => combinedLine('/a').replace(/^\S+/, address);
    const taken = async (lines: readonly string[]): Promise<string[]> => {
      const projection = await projector.open({
        format: formatOf('apache-combined'),
        receivedAt: RECEIVED,
        label: 'a-log',
      });
      try {
        const objectId = sha256(lines.join('\n'));
        await projection.project(blockOf(lines).map((block) => ({ ...block, objectId })));
        return (await projection.encodeParts()).map((part) => part.sha256);
      } finally {
        await projection.close();
      }
    };
    const sound = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(line);
    const alone = await taken(sound);
    assert.equal(alone.length, 2);
    await assert.rejects(taken([line('-'), line(broken)]), /a data set is broken/);
    assert.deepEqual(await taken(sound), alone);
    await taken([line('-'), line('192.0.2.9')]);
    assert.deepEqual(await taken(sound), alone);
  });
});

const MASK = 2n ** 64n - 1n;
const PRIME = 0x9e3779b97f4a7c15n;

/** The hash of `kernel/words.ts`. */
function hashOf(bytes: Buffer): number {
  const mixed = (hash: bigint, value: bigint): bigint => {
    const both = hash ^ value;
    return ((((both << 29n) | (both >> 35n)) & MASK) * PRIME) & MASK;
  };
  let hash = (BigInt(bytes.length) * PRIME) & MASK;
  for (let at = 0; at < bytes.length; at += 8) {
    const eight = Buffer.alloc(8);
    bytes.copy(eight, 0, at);
    hash = mixed(hash, eight.readBigUInt64LE());
  }
  hash = ((hash ^ (hash >> 32n)) * 0xd6e8feb86659fd93n) & MASK;
  return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
}
