/**
 * `npm run fuzz`: mutated records of every format go through the whole pass, in objects of some thousand. Nothing may
 * throw or take its time, and every record must be a row, a reject, a header, a blank or a notice, once, with its rejects
 * kept as they came. The same seed gives the same objects: `--seed N --object N` runs one of them again.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DuckDBBlobValue, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { formatAssets } from '../src/adapters/assets.ts';
import { directoryStore } from '../src/adapters/directory.ts';
import { duckDbProjector } from '../src/adapters/duckdb-projector.ts';
import { stageFolder } from '../src/adapters/staging.ts';
import { createEnricher } from '../src/enrich/enricher.ts';
import { type Format, parseFormat } from '../src/formats/format.ts';
import { recogniseFormat } from '../src/formats/recognise.ts';
import { KEPT_RECORD_BYTES } from '../src/ingest/framer.ts';
import { framerOf, framesOf } from '../src/ingest/frames.ts';
import { type IngestContext, ingestNext, type LogObject, type Outcome } from '../src/ingest/pass.ts';
import { adoptProfile, createProfile } from '../src/ingest/profile.ts';
import { slots } from '../src/ingest/slots.ts';
import { survey } from '../src/ingest/survey.ts';
import { toUtf8 } from '../src/ingest/text.ts';
import { sha256 } from '../src/lake/digest.ts';
import { accountedFor, type Marker } from '../src/lake/marker.ts';
import { sqlText } from '../src/lake/tables.ts';
import { createRandom } from '../src/simulate/random.ts';
import { smallBook } from '../test/enrich/small-book.ts';
import { readCorpus } from './fuzz-corpus.ts';
import { mutated } from './fuzz-records.ts';

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    format: { type: 'string' },
    object: { type: 'string' },
  },
});
/** Mutated records of an object; a change may split one. */
const RECORDS = 4000;
/** Sound records at its start, so that it is recognised. */
const SOUND = 100;
const MOST_SECONDS = 60;
const PART_BYTES = 1 << 20;
const RECEIVED = new Date('2026-06-01T00:00:00Z');

const seed = Number(options.seed);
const assets = formatAssets();
const formats = assets.map(parseFormat);
const wanted = options.format ? formats.filter(({ id }) => id === options.format) : formats;
assert.ok(wanted.length > 0, `no format ${options.format}: ${formats.map(({ id }) => id).join(', ')}`);

type Figures = {
  objects: number;
  records: number;
  rows: number;
  rejects: number;
  scattered: number;
  seconds: number;
};

const corpus = await readCorpus(formats);
const enricher = createEnricher(smallBook(), null);
const projector = await duckDbProjector(enricher);
const reader = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const profile = createProfile({
  version: '0.0.0',
  duckdb: projector.version,
  formats: assets,
  datasets: enricher.datasets,
  label: 'fuzz',
});
const lines = Array.from(corpus, ([id, { records }]) => `${id} ${records.length}`);
console.log(`Seed ${seed}. Records to break: ${lines.join(', ')}.`);

const figures = new Map<string, Figures>();
let done = 0;
for (let number = Number(options.object ?? 0); done < Number(options.records); number += 1) {
  const format = wanted[number % wanted.length]!;
  const bytes = objectOf(format, number);
  try {
    await check(format, bytes);
    done += RECORDS;
    if (done % 100_000 < RECORDS) console.log(`${done} records …`);
  } catch (error) {
    mkdirSync('out', { recursive: true });
    const file = join('out', `fuzz-${seed}-${format.id}-${number}.log`);
    writeFileSync(file, bytes);
    const only = options.format ? ` --format ${options.format}` : '';
    console.error(`${format.id}, object ${number}: ${(error as Error).stack}`);
    console.error(`It is ${file}. Again: npm run fuzz -- --seed ${seed} --object ${number}${only}`);
    process.exit(1);
  }
  if (options.object) break;
}
report();
projector.close();

/** An object of mutated records: lines, or for JSON in turn lines, values over several lines, a list, an envelope. */
function objectOf(format: Format, number: number): Buffer {
  const random = createRandom(seed, `${format.id}/${number}`);
  const { header, sound, records } = corpus.get(format.id)!;
  const first = Array.from({ length: SOUND }, (_, index) => sound[index % sound.length]!);
  const layout = format.framing === 'json' ? Math.floor(number / wanted.length) % 3 : 0;
  const broken = Array.from({ length: RECORDS }, () =>
    mutated(
      random.pick(header.length === 0 ? [records] : random.chance(0.002) ? [header] : [sound, records]),
      random,
    ),
  );
  if (random.chance(0.02))
    broken[random.below(RECORDS)] += random.pick(['x', '[', '"', '\\']).repeat(3 << 20);
  // What a broken header says of the records after it ends with the next.
  for (let index = 0; index < broken.length; index += 500)
    broken[index] = [...header, broken[index]].join('\n');
  if (layout === 0) return latin1([...header, ...first, ...broken].join('\n'));
  const text = [...first.map(pretty), ...broken].join(layout === 1 ? '\n' : ',\n');
  if (layout === 1) return latin1(text);
  return latin1(format.array && random.chance(0.5) ? `{"${format.array}":[${text}]}` : `[${text}]`);
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function pretty(record: string): string {
  const value: unknown = JSON.parse(latin1(record).toString('utf8'));
  return Buffer.from(JSON.stringify(value, null, 2)).toString('latin1');
}

/** Takes an object into a lake of its own, and checks what became of it. */
async function check(format: Format, bytes: Buffer): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'ascribe-fuzz-'));
  try {
    const object: LogObject = {
      name: 'fuzz.log',
      delivery: { kind: 'file', path: '/fuzz.log', size: bytes.length, mtime: RECEIVED.toISOString() },
      async *open() {
        for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
      },
    };
    const started = performance.now();
    const outcome = await take(object, root);
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < MOST_SECONDS, `took ${seconds} s`);
    const framed = await framedRecords(object, format);
    const sum = figures.get(format.id) ?? {
      objects: 0,
      records: 0,
      rows: 0,
      rejects: 0,
      scattered: 0,
      seconds: 0,
    };
    figures.set(format.id, sum);
    sum.objects += 1;
    sum.records += framed.length;
    sum.seconds += seconds;
    if (outcome.status === 'refused') {
      assert.equal(outcome.kind, 'scattered', outcome.reason);
      sum.scattered += 1;
      return;
    }
    const { marker } = outcome;
    sum.rows += marker.ledger.rows;
    sum.rejects += marker.ledger.rejects;
    assert.equal(marker.format, format.id);
    assert.equal(marker.ledger.records, framed.length, 'records that were framed');
    assert.equal(accountedFor(marker.ledger), marker.ledger.records, JSON.stringify(marker.ledger));
    await checkTables(marker, { root, format, framed, bytes });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function take(object: LogObject, root: string): Promise<Outcome> {
  const store = directoryStore(root);
  await adoptProfile(store, profile);
  const context: IngestContext = {
    store,
    projector,
    formats,
    profile,
    tool: { name: 'ascribe', version: '0.0.0' },
    now: () => RECEIVED,
    stageFile: stageFolder(root).stageFile,
    slots: slots(2),
    isInFolder: true,
    partBytes: PART_BYTES,
  };
  const outcomes: Outcome[] = [];
  const objects = [object];
  await ingestNext({ next: () => objects.shift() ?? null }, context, (_, outcome) => outcomes.push(outcome));
  return outcomes[0]!;
}

type Framed = { offset: number; length: number };

/** Where each record lies; of lines told in another way than the pass does. */
async function framedRecords(object: LogObject, format: Format): Promise<Framed[]> {
  const { sample, content } = await survey(object, { keepBytes: Number.MAX_SAFE_INTEGER });
  const { cut } = recogniseFormat(sample, formats) as { cut: 'lines' | 'json' };
  if (cut === 'json')
    return framesOf(content!, { framer: framerOf({ format, cut }, PART_BYTES), damaged: false }).flatMap(
      (frame) =>
        frame.kind === 'misfit'
          ? [{ offset: frame.offset, length: frame.length }]
          : frame.records!.map(({ offset, bytes }) => ({ offset, length: bytes.length })),
    );
  let at = 0;
  const all = Buffer.concat(content!).toString('latin1').split('\n');
  if (all.at(-1) === '') all.pop();
  return all.map(({ length }) => {
    at += length + 1;
    return { offset: at - length - 1, length };
  });
}

type Taken = { root: string; format: Format; framed: readonly Framed[]; bytes: Buffer };

async function checkTables(marker: Marker, { root, format, framed, bytes }: Taken): Promise<void> {
  const seen = new Uint8Array(framed.length + 1);
  const { ledger } = marker;
  for (const [table, count] of [
    [format.table.name, ledger.rows],
    ['notices', ledger.notices],
    ['rejects', ledger.rejects],
  ] as const) {
    const columns =
      table === 'rejects' ? 'record_no, byte_offset, byte_length, sha256, encode(raw)' : 'record_no';
    const rows = await readParts(reader, { marker, root, table, columns });
    assert.equal(rows.length, count, `rows of ${table}`);
    for (const [number, offset, length, digest, raw] of rows) {
      const record = Number(number);
      assert.equal(seen[record]!, 0, `record ${record} became two things`);
      seen[record] = 1;
      if (table !== 'rejects') continue;
      const source = bytes.subarray(Number(offset), Number(offset) + Number(length));
      assert.deepEqual(
        { offset: Number(offset), length: Number(length) },
        framed[record - 1],
        `place of ${record}`,
      );
      assert.equal(digest, sha256(source), `digest of ${record}`);
      // As bytes: as text the driver leaves out a byte order mark at its start.
      const kept = toUtf8(Buffer.from(source.subarray(0, KEPT_RECORD_BYTES)));
      assert.ok(kept.equals((raw as DuckDBBlobValue).bytes), `raw of ${record}`);
    }
  }
}

async function readParts(
  connection: DuckDBConnection,
  { marker, root, table, columns }: { marker: Marker; root: string; table: string; columns: string },
): Promise<readonly unknown[][]> {
  const files = marker.parts
    .filter((part) => part.table === table)
    .map(({ key }) => sqlText(join(root, key)));
  if (files.length === 0) return [];
  const result = await connection.runAndReadAll(`select ${columns} from read_parquet([${files.join(', ')}])`);
  return result.getRows();
}

function report(): void {
  const total: Figures = { objects: 0, records: 0, rows: 0, rejects: 0, scattered: 0, seconds: 0 };
  for (const [id, each] of figures) {
    for (const key of Object.keys(total) as (keyof Figures)[]) total[key] += each[key];
    print(id, each);
  }
  print('all', total);
  console.log(`${done} mutated records: every record is accounted for, once.`);
}

function print(id: string, { objects, records, rows, rejects, scattered, seconds }: Figures): void {
  const refused = scattered > 0 ? `, ${scattered} objects refused as scattered` : '';
  console.log(
    `${id}: ${objects} objects, ${records} records, ${rows} rows, ${rejects} rejects, ${seconds.toFixed(1)} s${refused}`,
  );
}
