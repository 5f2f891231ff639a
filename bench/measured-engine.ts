/** An engine that tells what each of its answers took. */
import type { Engine } from '../src/catalogue/engine.ts';
import { readSoFar } from './bytes-read.ts';

/** Wall time, and bytes that the process asked the system for meanwhile. `bytes` is 0 where the system is not Linux. */
export type MeasuredAnswer = { sql: string; seconds: number; bytes: number; rows: number };

/** One question at a time, as the engine below does it, so that what the process read was read for that question. */
export function measuredEngine(engine: Engine, answers: MeasuredAnswer[]): Engine {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ...engine,
    run(sql, options) {
      const answered = turn.then(async () => {
        const [start, before] = [performance.now(), readSoFar() ?? 0];
        const result = await engine.run(sql, options);
        answers.push({
          sql,
          seconds: (performance.now() - start) / 1000,
          bytes: (readSoFar() ?? 0) - before,
          rows: result.rows.length,
        });
        return result;
      });
      turn = answered.catch(() => {});
      return answered;
    },
  };
}
