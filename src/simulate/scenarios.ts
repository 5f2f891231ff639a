/** The scenarios by id: those of requests, those of flows and of DNS queries, and those of several at once. */
import type { MixedScenario } from './mixed-scenario.ts';
import type { AnyScenario } from './rates.ts';
import type { Scenario } from './scenario.ts';
import { crowdScenarios } from './scenarios/crowds.ts';
import { deliveryScenarios } from './scenarios/deliveries.ts';
import { exportScenarios } from './scenarios/exports.ts';
import { floodScenarios } from './scenarios/floods.ts';
import { flowScenarios } from './scenarios/flows.ts';
import { labour2019 } from './scenarios/labour-2019.ts';
import { mixedScenarios } from './scenarios/mixed.ts';
import { dnsScenarios } from './scenarios/names.ts';
import { quietScenarios } from './scenarios/quiet.ts';
import type { SurfaceScenario } from './surface-scenario.ts';

export const scenarios: Record<string, Scenario> = Object.fromEntries(
  [
    labour2019,
    ...quietScenarios,
    ...crowdScenarios,
    ...floodScenarios,
    ...deliveryScenarios,
    ...exportScenarios,
  ].map((scenario) => [scenario.id, scenario]),
);

export const surfaceScenarios: Record<string, SurfaceScenario> = Object.fromEntries(
  [...flowScenarios, ...dnsScenarios].map((scenario) => [scenario.id, scenario]),
);

export const severalScenarios: Record<string, MixedScenario> = Object.fromEntries(
  mixedScenarios.map((scenario) => [scenario.id, scenario]),
);

export const allScenarios: Record<string, AnyScenario> = {
  ...scenarios,
  ...surfaceScenarios,
  ...severalScenarios,
};
