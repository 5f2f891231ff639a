import type { Scenario } from '../../src/simulate/scenario.ts';
import { scenarios } from '../../src/simulate/scenarios.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';
import { type EdgeRecord, edgeRecord, lines } from './generated.ts';

/** A scenario with a tenth of its people, bots and users of the app: what happens is the same, and it is quick. */
export function small(id: string): Scenario {
  const scenario = scenarios[id]!;
  return {
    ...scenario,
    visitors: scenario.visitors.map((group) => ({ ...group, people: Math.ceil(group.people / 10) })),
    app: { ...scenario.app, users: Math.ceil(scenario.app.users / 10) },
    attack: {
      ...scenario.attack,
      waves: scenario.attack.waves.map((wave) => ({
        ...wave,
        bots: wave.bots / 10,
        requests: wave.requests / 10,
      })),
    },
  };
}

export type Simulated = { truth: Truth; files: Map<string, Uint8Array>; edge: EdgeRecord[] };

/** Its files, and the lines of its edge's log as it arrived. */
export async function simulated(id: string, seed = 1): Promise<Simulated> {
  const files = new Map<string, Uint8Array>();
  const truth = await simulate(small(id), {
    seed,
    write: async (path, bytes) => {
      files.set(path, bytes);
    },
  });
  const edge = lines(files, 'logs/cloudflare/').map((line) => edgeRecord(line, new Set()));
  return { truth, files, edge };
}

export function textOf({ files }: Simulated, path: string): string {
  return new TextDecoder().decode(files.get(path));
}
