/** Who the supporters are: an address, one or two browsers, habits. */
import type { AddressBook, Client } from './addresses.ts';
import { type Random, weighted } from './random.ts';
import { browserTool, type Tool } from './request.ts';
import type { Scenario, VisitorGroup } from './scenario.ts';

export type Person = {
  client: Client;
  group: VisitorGroup;
  devices: { tool: Tool; inApp: boolean }[];
  /** Some browsers are set never to send a referrer. */
  sendsReferer: boolean;
  botScore: number;
  /** Days of the period (0 is the first) on which the person comes. */
  days: number[];
  /** Behind the same address as a bot. */
  shared: boolean;
};

export type PersonMaker = (group: VisitorGroup, client: Client) => Person;

export function createPersonMaker(scenario: Scenario, random: Random): PersonMaker {
  const agentOf = weighted(scenario.agents, (agent) => agent.weight);
  const dayCount = Math.round(
    (Date.parse(scenario.period.until) - Date.parse(scenario.period.from)) / 86_400_000,
  );
  const device = () => {
    const agent = agentOf(random);
    return { tool: browserTool(agent), inApp: agent.inApp ?? false };
  };
  return (group, client) => {
    const devices = random.chance(0.12) ? [device(), device()] : [device()];
    const returns = random.chance(0.55);
    const first = random.below(dayCount);
    return {
      client,
      group,
      devices,
      sendsReferer: !random.chance(0.01),
      botScore: Math.round(100 - random.skewed(5)),
      days: returns ? Array.from({ length: dayCount }, (_, day) => day) : [first],
      shared: false,
    };
  };
}

export function createPeople(scenario: Scenario, book: AddressBook, make: PersonMaker): Person[] {
  return scenario.visitors.flatMap((group) =>
    Array.from({ length: group.people }, () => make(group, book.take(group.network))),
  );
}
