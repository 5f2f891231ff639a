/** What is true of simulated flows or queries, in the shape of the other scenarios' truth. */
import type { SurfaceScenario } from './surface-scenario.ts';
import type { Truth } from './truth.ts';

export type TrueWindow = Truth['windows'][number];

/** As far as the log's interpreter knows it. Addresses that were forged, and resolvers that asked for others, are no attackers. */
export type SurfaceTruth = {
  windows: TrueWindow[];
  /** Machines that attacked under their own addresses, with the flows of each. */
  attackers: ReadonlyMap<string, number>;
  /** Machines that were misused, with the flows of each. */
  reflectors: ReadonlyMap<string, number>;
  legitimate: number;
};

export function surfaceTruth(
  scenario: SurfaceScenario,
  { seed, told }: { seed: number; told: SurfaceTruth },
): Truth {
  const time = (text: string): string => new Date(text).toISOString();
  const [attackers, reflectors] = [told.attackers, told.reflectors].map((of) => [...of.keys()].sort()) as [
    string[],
    string[],
  ];
  return {
    scenario: scenario.id,
    title: scenario.title,
    seed,
    synthetic: true,
    note: scenario.note,
    period: { from: time(scenario.period.from), until: time(scenario.period.until) },
    windows: told.windows,
    surges: [],
    attackers,
    attackers_requests: attackers.map((address) => told.attackers.get(address)!),
    reflectors,
    reflectors_requests: reflectors.map((address) => told.reflectors.get(address)!),
    shared: [],
    attack_requests: told.windows.reduce((sum, window) => sum + window.attack_requests, 0),
    legitimate_requests: told.legitimate,
    data_access: 'none',
    ...(told.windows.length > 0 && attackers.length + reflectors.length === 0
      ? { sources_answer: 'cannot-say' as const }
      : {}),
  };
}
