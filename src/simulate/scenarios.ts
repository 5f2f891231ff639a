/** The scenarios by id: those of requests, and those of flows and of DNS queries. */
import type { Scenario } from './scenario.ts';
import { crowdScenarios } from './scenarios/crowds.ts';
import { deliveryScenarios } from './scenarios/deliveries.ts';
import { exportScenarios } from './scenarios/exports.ts';
import { floodScenarios } from './scenarios/floods.ts';
import { flowScenarios } from './scenarios/flows.ts';
import { labour2019 } from './scenarios/labour-2019.ts';
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

export const allScenarios: Record<string, Scenario | SurfaceScenario> = { ...scenarios, ...surfaceScenarios };
