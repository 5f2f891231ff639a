/** The scenarios by id. */
import type { Scenario } from './scenario.ts';
import { crowdScenarios } from './scenarios/crowds.ts';
import { floodScenarios } from './scenarios/floods.ts';
import { labour2019 } from './scenarios/labour-2019.ts';
import { quietScenarios } from './scenarios/quiet.ts';

export const scenarios: Record<string, Scenario> = Object.fromEntries(
  [labour2019, ...quietScenarios, ...crowdScenarios, ...floodScenarios].map((scenario) => [
    scenario.id,
    scenario,
  ]),
);
