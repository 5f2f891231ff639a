import { Presets, SingleBar } from 'cli-progress';
import { visibleLines } from '../report/hostile-text.ts';
import { fitted } from './wrap.ts';

export type Progress = { start(total: number): void; update(done: number): void; stop(): void };

/**
 * Progress on standard error. A signal ends the process once `atEnd` has done what must not be left half done, and a
 * second one at once.
 */
export function ingestProgress(atEnd: () => Promise<void>): Progress {
  return untilInterrupted(process.stderr.isTTY ? bar() : lines(), atEnd);
}

function bar(): Progress {
  const drawn = new SingleBar(
    {
      format: 'Reading logs {bar} {value}/{total} objects, {eta_formatted} left',
      stream: process.stderr,
      hideCursor: true,
      barsize: 24,
    },
    Presets.shades_classic,
  );
  return {
    start: (total) => drawn.start(total, 0),
    update: (done) => drawn.update(done),
    stop: () => drawn.stop(),
  };
}

/** A line every tenth. */
function lines(): Progress {
  let total = 0;
  let told = 0;
  return {
    start(objects) {
      total = objects;
    },
    update(done) {
      const tenth = Math.floor((10 * done) / total);
      if (tenth > told || done === total) process.stderr.write(`Read ${done} of ${total} objects\n`);
      told = tenth;
    },
    stop() {},
  };
}

/** Where a signal ends the process, a bar gives the cursor back first, and what to do is said. */
function untilInterrupted(progress: Progress, atEnd: () => Promise<void>): Progress {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let [total, done] = [0, 0];
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    for (const signal of signals) process.off(signal, end);
    progress.stop();
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    stop();
    await atEnd();
    say(`Interrupted: ${done} of ${total} objects were done. Run the same command again to go on.`);
    // As if nobody had listened.
    process.kill(process.pid, signal);
  };
  return {
    start(objects) {
      total = objects;
      for (const signal of signals) process.on(signal, end);
      progress.start(objects);
    },
    update(objects) {
      done = objects;
      if (!isOver) progress.update(objects);
    },
    stop,
  };
}

/** A line for the operator, in which no name of a file or object steers the terminal; wrapped where it is one. */
export function say(line: string): void {
  process.stderr.write(`${fitted(visibleLines(line), process.stderr)}\n`);
}
