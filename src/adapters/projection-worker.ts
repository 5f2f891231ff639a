/** A thread that projects: what it is asked, and what it answers. Started by `threaded-projector.ts`. */
import { parentPort } from 'node:worker_threads';
import { createEnricher } from '../enrich/enricher.ts';
import type { NetworksFile } from '../enrich/networks.ts';
import { withTrusted } from '../enrich/proxies.ts';
import { type Format, type FormatText, parseFormat } from '../formats/format.ts';
import { RecordFault, type RecordPlace } from '../ingest/format-fault.ts';
import type { EncodedPart, Member, Projection } from '../ingest/projection.ts';
import { HeaderError } from '../lake/header.ts';
import { addressBook, type BookTables } from './datasets.ts';
import { type DuckDbProjector, duckDbProjector } from './duckdb-projector.ts';
import { withMmdb } from './mmdb.ts';

/** All that rows are made with. */
export type ProjectionSettings = {
  tables: BookTables;
  mmdb: { country?: string | undefined; asn?: string | undefined };
  networks: NetworksFile | null;
  trustedProxies: readonly string[];
  formats: readonly FormatText[];
};

type Method = Exclude<keyof Projection, 'streams'>;

/** What a projection is asked. */
export type Asked = { projection: number } & (
  | { method: 'open'; format: string; receivedAt: Date; label: string }
  | { method: Method; args: unknown[] }
);

export type Question = Asked & { call: number };

/** An error, in pieces that go from thread to thread. */
export type Failure = {
  message: string;
  stack: string | undefined;
  code: unknown;
  header: { file: string; problem: string; place: RecordPlace | null } | null;
};

export type Answer = { call: number } & ({ result: unknown } | { failure: Failure });

/** What it projects with, once it was told. Formats are parsed when they are first asked for. */
let texts: readonly FormatText[] = [];
const formats = new Map<string, Format>();
let projector: DuckDbProjector | null = null;
const projections = new Map<number, Projection>();

async function prepare(settings: ProjectionSettings): Promise<void> {
  const enricher = createEnricher(
    withMmdb(addressBook(settings.tables), settings.mmdb),
    settings.networks,
    withTrusted(settings.trustedProxies),
  );
  texts = settings.formats;
  projector = await duckDbProjector(enricher);
}

async function answer(question: Question): Promise<unknown> {
  const { projection: number } = question;
  if (question.method === 'open') {
    const { receivedAt, label } = question;
    const opened = await projector!.open({ format: formatOf(question.format), receivedAt, label });
    projections.set(number, opened);
    return opened.streams;
  }
  const projection = projections.get(number)!;
  const [first, second] = question.args;
  if (question.method === 'project') return projection.project((first as Member[]).map(asSent));
  if (question.method === 'stream')
    return projection.stream((first as Member[]).map(asSent), second as string);
  if (question.method === 'close') projections.delete(number);
  return (projection[question.method] as (...args: unknown[]) => Promise<unknown>)(...question.args);
}

function formatOf(id: string): Format {
  const format = formats.get(id) ?? parseFormat(texts.find((text) => text.id === id)!);
  formats.set(id, format);
  return format;
}

/** A buffer comes as the plain array of bytes that it is. */
function asSent(member: Member): Member {
  const { buffer, byteOffset, byteLength } = member.text;
  return { ...member, text: Buffer.from(buffer, byteOffset, byteLength) };
}

/** Memory that goes to the other thread with an answer: that of parts, which lie in some of their own. */
function memoryOf({ method }: Question, result: unknown): ArrayBuffer[] {
  if (method !== 'encodeParts') return [];
  return (result as EncodedPart[]).map(({ bytes }) => bytes.buffer as ArrayBuffer);
}

function failureOf(error: Error): Failure {
  const { message, stack } = error;
  const place = error instanceof RecordFault ? error.place : null;
  const header = error instanceof HeaderError ? { file: error.file, problem: error.problem, place } : null;
  return { message, stack, code: (error as NodeJS.ErrnoException).code, header };
}

// One after the other: a thread has one core.
let last: Promise<void> = Promise.resolve();
parentPort!.on('message', (question: Question | ProjectionSettings | null) => {
  last = last.then(async () => {
    if (question === null) {
      projector?.close();
      parentPort!.close();
      return;
    }
    if ('tables' in question) {
      await prepare(question);
      return;
    }
    const { call } = question;
    try {
      const result = await answer(question);
      parentPort!.postMessage({ call, result } satisfies Answer, memoryOf(question, result));
    } catch (error) {
      parentPort!.postMessage({ call, failure: failureOf(error as Error) } satisfies Answer);
    }
  });
});
