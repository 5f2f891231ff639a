/** Projected on threads, blocks become what they become on one's own. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import type { ProjectionSettings } from '../../src/adapters/projection-worker.ts';
import { startThreads } from '../../src/adapters/threaded-projector.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import { parseNetworks } from '../../src/enrich/networks.ts';
import { withTrusted } from '../../src/enrich/proxies.ts';
import { type FormatText, parseFormat } from '../../src/formats/format.ts';
import type { Member, Projector } from '../../src/ingest/projection.ts';
import { countRecords } from '../../src/ingest/text.ts';
import { HeaderError } from '../../src/lake/header.ts';
import { smallBook, smallTables } from '../enrich/small-book.ts';
import { VALID } from '../formats/valid-records.ts';
import { RECEIVED, temporaryFolder } from '../ingest/temporary-lake.ts';

const own: FormatText = {
  id: 'own',
  ownFile: '/formats/own.sql',
  text: `/*
title: A format that drops records
reference: none
table: http_activity
framing: lines
vantage: origin
recognise: {pattern: '^x', expects: an x}
mapped: {all: time}
*/
select record_no, cast(1573486920000000000 as bigint) as time_ns, 's' as time_precision, cast(null as varchar) as reject
from records
where text <> 'x2'`,
};
const networks = parseNetworks(
  'cidr,asn,as_org,country,network_type,valid_from,valid_until\n192.0.2.0/25,64500,Example Own,SE,access,,\n',
  'networks.csv',
);
const settings: ProjectionSettings = {
  tables: smallTables(),
  mmdb: {},
  networks,
  trustedProxies: ['203.0.113.64/26'],
  formats: [...formatAssets(), own],
};
const threaded = startThreads(2).projector(settings);
after(() => threaded.close());

function member(lines: readonly string[], { shared = false } = {}): Member {
  const bytes = Buffer.from(lines.join('\n'));
  // Text that lies between other bytes, in memory that threads share or not.
  const memory = shared
    ? Buffer.from(new SharedArrayBuffer(bytes.length + 14))
    : Buffer.alloc(bytes.length + 14);
  bytes.copy(memory, 7);
  const text = memory.subarray(7, 7 + bytes.length);
  return { objectId: null, text, firstRecord: 1, records: countRecords(text), header: null, adjoining: null };
}

const formatOf = (id: string) => parseFormat(settings.formats.find((each) => each.id === id)!);

/** All that a projection says and writes, with the bytes of the parts. */
async function made(projector: Projector, id: string, shared: boolean): Promise<unknown> {
  const { header = [], records } = VALID[id]!;
  const block = member([...header, ...records, 'no record of this format', ...records], { shared });
  const projection = await projector.open({ format: formatOf(id), receivedAt: RECEIVED, label: 'a-log' });
  const folder = temporaryFolder();
  const found = projection.streams
    ? await projection.stream([block], join(folder, 'streamed'))
    : { block: (await projection.project([block]))[0]!, parts: [] };
  const parts = [...found.parts, ...(await projection.writeParts(join(folder, 'left')))];
  await projection.close();
  return {
    block: found.block,
    parts: parts.map(({ file, ...part }) => ({ ...part, bytes: readFileSync(file).toString('hex') })),
  };
}

describe('threaded-projector', () => {
  for (const id of ['apache-combined', 'aws-alb', 'w3c-extended', 'aws-cloudtrail'])
    test(`gives of ${id} what one thread gives, byte for byte`, async () => {
      const enricher = createEnricher(smallBook(), networks, withTrusted(settings.trustedProxies));
      const alone = await duckDbProjector(enricher);
      after(() => alone.close());
      assert.equal(threaded.version, alone.version);
      const expected = await made(alone, id, false);
      assert.deepEqual(await made(threaded, id, false), expected);
      assert.deepEqual(await made(threaded, id, true), expected);
    });

  test('says a fault of a format with file and line, as one thread does', async () => {
    const projection = await threaded.open({ format: formatOf('own'), receivedAt: RECEIVED, label: 'a-log' });
    const fault = await projection.project([member(['x1', 'x2'])]).catch((error: unknown) => error);
    assert.ok(fault instanceof HeaderError);
    assert.equal(fault.file, '/formats/own.sql');
    assert.match(fault.message, /line 10: the SELECT gave 1 rows for 2 records/);
    // What failed leaves the thread to others.
    await projection.clear();
    const [block] = await projection.project([member(['x1'])]);
    assert.equal(block!.ledger.rows, 1);
    await projection.close();
  });

  test('says what the disk refuses', async () => {
    const projection = await threaded.open({
      format: formatOf('apache-combined'),
      receivedAt: RECEIVED,
      label: 'a-log',
    });
    const file = join(temporaryFolder(), 'a file');
    writeFileSync(file, '');
    await projection.project([member(VALID['apache-combined']!.records)]);
    await assert.rejects(projection.writeParts(join(file, 'parts')), { code: 'ENOTDIR' });
    await projection.close();
  });

  test('projects several objects side by side', async () => {
    const options = { format: formatOf('apache-combined'), receivedAt: RECEIVED, label: 'a-log' };
    const projections = await Promise.all([1, 2, 3, 4].map(() => threaded.open(options)));
    const [record] = VALID['apache-combined']!.records;
    const blocks = await Promise.all(
      projections.map((each, index) => each.project([member(Array(index + 1).fill(record))])),
    );
    assert.deepEqual(
      blocks.map(([block]) => block!.ledger.records),
      [1, 2, 3, 4],
    );
    await Promise.all(projections.map((each) => each.close()));
  });

  test('fails whatever waits where a thread cannot start, and says why', async () => {
    const broken = startThreads(1).projector({ ...settings, mmdb: { country: '/nowhere/country.mmdb' } });
    const options = { format: formatOf('apache-combined'), receivedAt: RECEIVED, label: 'a-log' };
    await assert.rejects(broken.open(options), /\/nowhere\/country\.mmdb can't be read/);
    await assert.rejects(broken.open(options), /\/nowhere\/country\.mmdb can't be read/);
  });
});
