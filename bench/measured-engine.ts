/** An engine that tells what each of its answers took. */
import { countOf } from '../src/catalogue/column-values.ts';
import type { Engine } from '../src/catalogue/engine.ts';
import { readSoFar } from './bytes-read.ts';

export type Asked = { sql: string; options: NonNullable<Parameters<Engine['run']>[1]> };

/** Wall time, and bytes that the process asked the system for meanwhile. `bytes` is 0 where the system is not Linux. */
export type MeasuredAnswer = Asked & { seconds: number; bytes: number; rows: number };

/** One question at a time, whatever the engine below does, so that what the process read was read for that question. */
export function measuredEngine(engine: Engine, answers: MeasuredAnswer[]): Engine {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ...engine,
    run(sql, options = {}) {
      const answered = turn.then(async () => {
        const [start, before] = [performance.now(), readSoFar() ?? 0];
        const result = await engine.run(sql, options);
        answers.push({
          ...{ sql, options },
          seconds: (performance.now() - start) / 1000,
          bytes: (readSoFar() ?? 0) - before,
          rows: countOf(result),
        });
        return result;
      });
      turn = answered.catch(() => {});
      return answered;
    },
  };
}
