/** Records to break: the samples beside the clone, where there are any, and sound records of every format by hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from '../src/formats/format.ts';
import { recogniseFormat } from '../src/formats/recognise.ts';
import { framerOf, framesOf } from '../src/ingest/frames.ts';
import type { LogObject } from '../src/ingest/pass.ts';
import { survey } from '../src/ingest/survey.ts';
import { VALID } from '../test/formats/valid-records.ts';

/** Records of one format, one character a byte. */
export type Seeds = { header: readonly string[]; sound: readonly string[]; records: readonly string[] };

const SAMPLES = join(import.meta.dirname, '..', '..', 'shared', 'samples');
const KEEP = 64 << 20;
/** So many records of a file are enough. */
const MOST = 2000;

export async function readCorpus(formats: readonly Format[]): Promise<Map<string, Seeds>> {
  const found = new Map(formats.map(({ id }): [string, string[]] => [id, []]));
  for (const bytes of sampleTexts()) {
    for (const { id, records } of await recordsOf(bytes, formats)) found.get(id)!.push(...records);
  }
  return new Map(
    formats.map(({ id }): [string, Seeds] => {
      const { header = [], records } = VALID[id]!;
      const sound = records.map(latin1);
      const seeds = [...sound, ...new Set(found.get(id)!)];
      return [id, { header: header.map(latin1), sound, records: seeds }];
    }),
  );
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The sample files, and of files that hold a record or a code block a line, each of these. */
function* sampleTexts(): Generator<Buffer> {
  if (!existsSync(SAMPLES)) return;
  const names = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    if (/\.(log|jsonl?|gz|txt|csv|ndjson|\d)$|_logs?$/.test(name)) {
      const bytes = readFileSync(join(SAMPLES, name));
      if (name.endsWith('.ndjson')) yield* textsOf(bytes);
      else yield bytes;
    }
  }
}

function* textsOf(bytes: Buffer): Generator<Buffer> {
  for (const line of bytes.toString('utf8').split('\n').filter(Boolean)) {
    const { text, input } = JSON.parse(line) as Record<string, unknown>;
    const record = text ?? input;
    if (typeof record === 'string') yield Buffer.from(record);
  }
}

async function recordsOf(
  bytes: Buffer,
  formats: readonly Format[],
): Promise<{ id: string; records: string[] }[]> {
  const object: LogObject = {
    name: 'sample',
    delivery: { kind: 'file', path: '/sample', size: bytes.length, mtime: '2026-01-01T00:00:00.000Z' },
    async *open() {
      yield bytes;
    },
  };
  const surveyed = await survey(object, { keepBytes: KEEP });
  const recognition = recogniseFormat(surveyed.sample, formats);
  if (!recognition.format || !surveyed.content) return [];
  const framer = framerOf(recognition, KEEP);
  const records = framesOf(surveyed.content, { framer, damaged: surveyed.damage !== null })
    .flatMap((frame) => (frame.kind === 'block' ? frame.bytes.toString('latin1').split('\n') : []))
    .filter((record) => record.trim() !== '')
    .slice(0, MOST);
  return [{ id: recognition.format.id, records }];
}
