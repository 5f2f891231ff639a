import { Presets, SingleBar } from 'cli-progress';
import { visibleLines } from '../report/hostile-text.ts';

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
    return {
      start: (total) => bar.start(total, 0),
      update: (done) => bar.update(done),
      stop: () => bar.stop(),
    };
  }
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

/** A line for the operator, in which no name of a file or object steers the terminal. */
export function say(line: string): void {
  process.stderr.write(`${visibleLines(line)}\n`);
}
