/** The state of the defence and of the origin at a moment: which wave is on, and whether the edge has reacted. */
import { type Random, weighted } from './random.ts';
import type { Scenario, Verdict } from './scenario.ts';

export type Surroundings = {
  /** The automatic rule is in force: the edge stops the attack, and challenges some visitors with it. */
  mitigating(at: number): boolean;
  /** Factor on the origin's time; 1 in quiet. */
  slowdown(at: number): number;
  /** What the edge does with an attack request; null lets it through. */
  judge(at: number, random: Random): Verdict | null;
};

export function createDefence(scenario: Scenario): Surroundings {
  const { defence } = scenario;
  const waves = scenario.attack.waves.map((wave) => ({
    from: Date.parse(wave.from),
    reacts: Date.parse(wave.from) + wave.reactionSeconds * 1000,
    until: Date.parse(wave.until),
  }));
  const before = weighted(defence.verdictsBefore, (entry) => entry.weight);
  const after = weighted(defence.verdictsAfter, (entry) => entry.weight);
  const waveAt = (at: number) => waves.find((wave) => at >= wave.from && at < wave.until);
  return {
    mitigating: (at) => {
      const wave = waveAt(at);
      return wave !== undefined && at >= wave.reacts;
    },
    slowdown: (at) => {
      const wave = waveAt(at);
      if (!wave) return 1;
      return at < wave.reacts ? defence.slowdown.before : defence.slowdown.after;
    },
    judge: (at, random) => {
      const wave = waveAt(at);
      const reacted = wave !== undefined && at >= wave.reacts;
      if (!random.chance(reacted ? defence.stoppedAfter : defence.stoppedBefore)) return null;
      return (reacted ? after : before)(random).verdict;
    },
  };
}
