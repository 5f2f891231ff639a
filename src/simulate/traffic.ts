/** Everything that happens in a scenario, in the order in which the edge receives it. */
import { type AddressBook, createAddressBook } from './addresses.ts';
import { planWave, recruit } from './attack.ts';
import { createDefence } from './defence.ts';
import { createEdge, type Exchange } from './edge.ts';
import { planErrands } from './errands.ts';
import { createPeople, createPersonMaker, type Person } from './people.ts';
import { type Random, streamsOf } from './random.ts';
import type { Request } from './request.ts';
import { withRetries } from './retries.ts';
import type { Scenario } from './scenario.ts';
import { crowdVisits, dailyVisits, visitsDuring } from './schedule.ts';
import { planApp, planServices } from './services.ts';
import { createVisitPlanner } from './visits.ts';

export type Traffic = { exchanges: Exchange[]; book: AddressBook };

/** Every part of a run has the same people and bots, who then do other things. */
export function traffic(scenario: Scenario, { seed, part = 0 }: { seed: number; part?: number }): Traffic {
  const { who, what: chance } = streamsOf(scenario.id, { seed, part });
  const book = createAddressBook(scenario, who('addresses'));
  const defence = createDefence(scenario);
  const requests: Request[] = [];
  const emit = (request: Request) => {
    requests.push(request);
  };

  const make = createPersonMaker(scenario, who('people'));
  const people = createPeople(scenario, book, make);
  const army = recruit(scenario, { book, people, random: who('bots') });
  const behindBots = army.hosts.flatMap((host) => {
    host.shared = true;
    const neighbours = Array.from({ length: scenario.attack.shared.people }, () =>
      make(host.group, host.client),
    );
    return neighbours.map((neighbour): Person => ({ ...neighbour, shared: true }));
  });

  const everyone = [...people, ...behindBots];
  const random = chance('visits');
  const visits = dailyVisits(scenario, everyone, random);
  visits.push(...visitsDuring(scenario.attack.waves, [...army.hosts, ...behindBots], random));
  for (const crowd of scenario.crowds) {
    visits.push(...crowdVisits(crowd, crowdPeople(scenario, crowd, { book, people, make, random }), random));
  }
  const visit = createVisitPlanner(scenario, { defence, random, emit });
  for (const planned of visits) visit(planned);

  planApp(scenario, { people, random: chance('app'), emit });
  planServices(scenario, { book, random: chance('services'), emit });
  army.waves.forEach((bots, index) => {
    planWave(scenario, { index, bots }, { defence, random: chance(`wave ${index}`), emit });
  });
  planErrands(scenario, { book, random: chance('errands'), emit });
  const answer = createEdge(scenario, { defence, random: chance('edge') });
  return { exchanges: answered(scenario, requests, { answer, random: chance('retries') }), book };
}

function crowdPeople(
  scenario: Scenario,
  crowd: Scenario['crowds'][number],
  around: {
    book: AddressBook;
    people: readonly Person[];
    make: ReturnType<typeof createPersonMaker>;
    random: Random;
  },
): { regulars: Person[]; newcomers: Person[] } {
  const { book, people, make, random } = around;
  const total = crowd.networks.reduce((sum, entry) => sum + entry.weight, 0);
  const regulars: Person[] = [];
  const newcomers: Person[] = [];
  for (const { network, weight } of crowd.networks) {
    const group = scenario.visitors.find((candidate) => candidate.network === network);
    if (!group) throw new RangeError(`The crowd comes from ${network}, where the scenario has no visitors`);
    const locals = random.shuffled(people.filter((person) => person.client.network.id === network));
    regulars.push(...locals.slice(0, Math.round((crowd.newcomers * 2 * weight) / total)));
    const count = Math.round((crowd.newcomers * weight) / total);
    newcomers.push(...Array.from({ length: count }, () => make(group, book.take(network))));
  }
  return { regulars, newcomers };
}

/** Answers in the order of time; what begins or ends outside the period is in no log. */
function answered(
  scenario: Scenario,
  requests: Request[],
  { answer, random }: { answer(request: Request): Exchange; random: Random },
): Exchange[] {
  const from = Date.parse(scenario.period.from);
  const until = Date.parse(scenario.period.until);
  requests.sort((a, b) => a.at - b.at);
  const exchanges = requests.filter((request) => request.at >= from && request.at < until).map(answer);
  return withRetries(scenario, { exchanges, answer, random })
    .filter((exchange) => Math.max(exchange.end, exchange.origin?.answeredAt ?? 0) < until)
    .filter((exchange) => (exchange.origin?.answeredAt ?? from) >= from);
}
