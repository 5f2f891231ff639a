/** The scenarios by id. */
import type { Scenario } from './scenario.ts';
import { labour2019 } from './scenarios/labour-2019.ts';

export const scenarios: Record<string, Scenario> = { [labour2019.id]: labour2019 };
