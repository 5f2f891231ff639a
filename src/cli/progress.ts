import { Presets, SingleBar } from 'cli-progress';
import { visibleLines } from '../report/hostile-text.ts';
import { fitted } from './wrap.ts';

export type Progress = { start(total: number): void; update(done: number): void; stop(): void };

/** A bar on a terminal, a line every tenth elsewhere. It goes to standard error. */
export function ingestProgress(): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      {
        format: 'Reading logs {bar} {value}/{total} objects, {eta_formatted} left',
        stream: process.stderr,
        hideCursor: true,
        barsize: 24,
      },
      Presets.shades_classic,
    );
    return untilInterrupted({
      start: (total) => bar.start(total, 0),
      update: (done) => bar.update(done),
      stop: () => bar.stop(),
    });
  }
  let total = 0;
  let told = 0;
  return untilInterrupted({
    start(objects) {
      total = objects;
    },
    update(done) {
      const tenth = Math.floor((10 * done) / total);
      if (tenth > told || done === total) process.stderr.write(`Read ${done} of ${total} objects\n`);
      told = tenth;
    },
    stop() {},
  });
}

/** Where a signal ends the process, a bar gives the cursor back first, and what to do is said. */
function untilInterrupted(progress: Progress): Progress {
  let [total, done] = [0, 0];
  const end = (signal: NodeJS.Signals): void => {
    progress.stop();
    say(`Interrupted: ${done} of ${total} objects were done. Run the same command again to go on.`);
    // As if nobody had listened.
    process.kill(process.pid, signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  return {
    start(objects) {
      total = objects;
      for (const signal of signals) process.once(signal, end);
      progress.start(objects);
    },
    update(objects) {
      done = objects;
      progress.update(objects);
    },
    stop() {
      for (const signal of signals) process.off(signal, end);
      progress.stop();
    },
  };
}

/** A line for the operator, in which no name of a file or object steers the terminal; wrapped where it is one. */
export function say(line: string): void {
  process.stderr.write(`${fitted(visibleLines(line), process.stderr)}\n`);
}
