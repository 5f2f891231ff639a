/** Ends processes of functions: after each of their writes, and at moments left to chance. */
import assert from 'node:assert/strict';
import type { Random } from '../../src/simulate/random.ts';
import { isWrite } from './emulation/calls.ts';
import { sleep } from './emulation/local-http.ts';
import type { Estate } from './faults-estate.ts';

/** More writes than one run of a function makes here. */
const MOST_WRITES = 300;
/** Writes at the beginning of a run, and at its end, each of which is followed by a kill. */
const ENDS = 12;

/** How often a function writes while something is done. */
export async function countWrites(
  { cloud, functionId }: Estate,
  { name, run }: { name: string; run(): Promise<unknown> },
): Promise<number> {
  const own = functionId(name);
  const made = () => cloud.calls.filter((call) => call.caller === own && !call.via && isWrite(call)).length;
  const before = made();
  await run();
  return made() - before;
}

/**
 * After which writes a run is killed that makes so many: each of the first and each of the last. The files of a package
 * between them are alike and written 16 at a time; of these every seventh, so that each place in sixteen has its turn.
 */
export function turnsOf(writes: number): number[] {
  const turns = Array.from({ length: writes }, (_, index) => index + 1);
  return turns.filter((turn) => turn <= ENDS || turn > writes - ENDS || turn % 7 === 0);
}

/**
 * Runs the same work again and again, killed after its first write, its second, and so on, or after those of `turns`
 * and each after the last of them, until a run is through before its turn. What a killed run wrote, the next one finds,
 * as after a kill in a run of its own. Gives the kills.
 */
export async function killAfterEach(
  { cloud, functionId }: Estate,
  { name, run, turns = [] }: { name: string; run(): Promise<{ failed: boolean }>; turns?: readonly number[] },
): Promise<number> {
  const own = functionId(name);
  const kills = () => cloud.faults.kills.filter((kill) => kill.function === own).length;
  const begun = kills();
  for (let turn = 0, writes = 0; writes < MOST_WRITES; turn += 1) {
    writes = turns[turn] ?? writes + 1;
    const before = kills();
    cloud.faults.killAfterWrites({ function: own, writes });
    const { failed } = await run();
    if (kills() > before) continue;
    cloud.faults.clear(own);
    assert.equal(failed, false, `${name} was not killed and failed all the same`);
    return before - begun;
  }
  throw new Error(`${name} writes ${MOST_WRITES} times and more`);
}

/** Kills whatever processes the function has, each time at another moment of its work; the same moments every time. */
export async function killAtRandom(
  { cloud, functionId }: Estate,
  { name, random, kills, isOver }: { name: string; random: Random; kills: number; isOver(): boolean },
): Promise<number> {
  const [pump] = cloud.pumps;
  const done = () => pump!.batches.filter(({ outcome }) => outcome === 'done').length;
  let killed = 0;
  while (killed < kills && !isOver()) {
    // A message that is in the way of five kills is set aside, as it should be: the work has to go on in between.
    const enough = done() + 2;
    while (done() < enough && !isOver()) await sleep(5);
    await sleep(random.below(250));
    killed += Math.min(1, cloud.lambda.killProcesses(functionId(name)));
  }
  return killed;
}
