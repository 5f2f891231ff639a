import { extname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import duckdb from '@duckdb/node-bindings';
import { RecordFault } from '../ingest/format-fault.ts';
import type { Member, Projection, Projector } from '../ingest/projection.ts';
import { HeaderError } from '../lake/header.ts';
import type { Answer, Asked, Failure, ProjectionSettings } from './projection-worker.ts';

/** Cores of the machines that Ascribe is made for, and of a function with 3 GB. */
export const CORES = 2;

/** Of what a thread makes and drops at once: more is memory that a log of any size would fill. */
const YOUNG_MB = 6;

/** V8's default: by so much it grows the memory of what this thread makes and drops, up to 128 MB. */
const GROWTH = 2;

export type ThreadedProjector = Projector & { version: string; close(): void };

/** Threads before they know what they project with: the first loads what it runs, while that is still read. */
export type Threads = { projector(settings: ProjectionSettings): ThreadedProjector; close(): void };

/** `most` threads; close them unless a projector of theirs is closed. */
export function startThreads(most = CORES): Threads {
  growYoungBy(1);
  // The first is there when it is asked; more come with what needs them.
  const first = startThread();
  return {
    projector(settings) {
      first.prepare(settings);
      return threadedProjector(settings, [first], most);
    },
    close() {
      growYoungBy(GROWTH);
      first.end();
    },
  };
}

/**
 * The Projector on threads, each with a DuckDB of its own: records are cut and addresses looked up in JavaScript, and
 * one thread of that keeps one core busy. Projections are opened on the thread that has the fewest.
 */
function threadedProjector(
  settings: ProjectionSettings,
  started: Thread[],
  threads: number,
): ThreadedProjector {
  let opened = 0;
  /** Memory of calls that have ended, for the next: a thread is done with it when it answers. */
  const idle: SharedMemory[] = [];

  async function sharing<Result>(
    members: readonly Member[],
    call: (shared: Member[]) => Promise<Result>,
  ): Promise<Result> {
    const memory = idle.pop() ?? sharedMemory();
    try {
      return await call(memory.share(members));
    } finally {
      idle.push(memory);
    }
  }

  function leastBusy(): Thread {
    const least = started.toSorted((a, b) => a.open - b.open)[0]!;
    if (least.open === 0 || started.length === threads) return least;
    const fresh = startThread();
    fresh.prepare(settings);
    started.push(fresh);
    return fresh;
  }

  return {
    version: duckdb.library_version(),
    async open({ format, receivedAt, label }) {
      const thread = leastBusy();
      opened += 1;
      const projection = opened;
      thread.open += 1;
      const streams = await thread
        .ask({ projection, method: 'open', format: format.id, receivedAt, label })
        .catch((error: unknown) => {
          thread.open -= 1;
          throw error;
        });
      const ask = <Result>(method: Exclude<keyof Projection, 'streams'>, ...args: unknown[]) =>
        thread.ask({ projection, method, args }) as Promise<Result>;
      return {
        streams: streams as boolean,
        stream: (blocks, folder) => sharing(blocks, (shared) => ask('stream', shared, folder)),
        project: (members) => sharing(members, (shared) => ask('project', shared)),
        writeParts: (folder) => ask('writeParts', folder),
        nameParts: (parts, objectId) => ask('nameParts', parts, objectId),
        encodeParts: () => ask('encodeParts'),
        clear: () => ask('clear'),
        writeRejects: (rejects, options) => ask('writeRejects', rejects, options),
        close() {
          thread.open -= 1;
          return ask('close');
        },
      };
    },
    close() {
      growYoungBy(GROWTH);
      for (const thread of started) thread.end();
    },
  };
}

/** Not at all while threads project: what this one reads for them passes through once. */
function growYoungBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

/** Memory for texts that lie in none that threads share, used anew by each call. */
type SharedMemory = { share(members: readonly Member[]): Member[] };

function sharedMemory(): SharedMemory {
  let memory: Buffer = Buffer.alloc(0);
  const isShared = ({ text }: Member): boolean => text.buffer instanceof SharedArrayBuffer;
  return {
    share(members) {
      const bytes = members.reduce((sum, each) => sum + (isShared(each) ? 0 : each.text.length), 0);
      if (memory.length < bytes) memory = Buffer.from(new SharedArrayBuffer(bytes));
      let end = 0;
      return members.map((member) => {
        if (isShared(member)) return member;
        const start = end;
        end += member.text.copy(memory, start);
        return { ...member, text: memory.subarray(start, end) };
      });
    },
  };
}

type Thread = {
  /** Projections that are open on it. */
  open: number;
  /** Tells it what it projects with, before all else. */
  prepare(settings: ProjectionSettings): void;
  ask(question: Asked): Promise<unknown>;
  end(): void;
};

type Waiting = { resolve(result: unknown): void; reject(error: unknown): void };

function startThread(): Thread {
  const script = `./projection-worker${extname(import.meta.url)}`;
  const worker = new Worker(new URL(script, import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ending = false;
  let fault: unknown = null;
  const fail = (error: unknown): void => {
    fault ??= error;
    for (const { reject } of waiting.values()) reject(fault);
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    const { resolve, reject } = waiting.get(answer.call)!;
    waiting.delete(answer.call);
    if (waiting.size === 0 && !ending) worker.unref();
    if ('failure' in answer) reject(errorOf(answer.failure));
    else resolve(answer.result);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread that projects has ended')));
  // A thread that nobody waits for does not keep the process.
  worker.unref();
  return {
    open: 0,
    prepare: (settings) => worker.postMessage(settings),
    ask(question) {
      if (fault !== null) return Promise.reject(fault);
      const call = calls;
      calls += 1;
      worker.ref();
      worker.postMessage({ ...question, call });
      return new Promise((resolve, reject) => waiting.set(call, { resolve, reject }));
    },
    end() {
      if (ending) return;
      ending = true;
      // The process waits for its end: one that is torn down while its DuckDB closes can take the process with it.
      worker.ref();
      worker.postMessage(null);
    },
  };
}

function errorOf({ message, stack, code, header }: Failure): Error {
  const error = header ? faultOf(header) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}

function faultOf(header: NonNullable<Failure['header']>): HeaderError {
  const { file, problem, place } = header;
  return place ? new RecordFault(header, place) : new HeaderError(file, problem);
}
