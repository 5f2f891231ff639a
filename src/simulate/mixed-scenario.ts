/** One estate whose requests and flows are both logged. */
import type { Scenario } from './scenario.ts';
import type { FlowScenario, FlowWave } from './surface-scenario.ts';

export type MixedScenario = Pick<
  Scenario,
  'id' | 'title' | 'note' | 'period' | 'networks' | 'networksVersion' | 'synthetic'
> & {
  surface: 'mixed';
  requests: Scenario;
  flows: FlowScenario;
  /** Of both. */
  waves: (Scenario['attack']['waves'][number] | FlowWave)[];
};
