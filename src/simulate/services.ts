/** Automatic clients that are no part of the attack: crawlers, monitors, scanners, and the canvassers' app. */
import type { AddressBook, Client } from './addresses.ts';
import type { Person } from './people.ts';
import { type Random, weighted } from './random.ts';
import { browserTool, notFound, type Request, type Resource } from './request.ts';
import type { Scenario, Service } from './scenario.ts';
import { momentOn } from './schedule.ts';
import { pageResource } from './visits.ts';

type Emit = (request: Request) => void;

export function planServices(
  scenario: Scenario,
  around: { book: AddressBook; random: Random; emit: Emit },
): void {
  for (const service of scenario.services) planService(scenario, service, around);
}

function planService(
  scenario: Scenario,
  service: Service,
  { book, random, emit }: { book: AddressBook; random: Random; emit: Emit },
): void {
  const clients = Array.from({ length: service.addresses }, () => book.take(service.network));
  const pages = new Map(scenario.site.pages.map((page) => [page.host + page.path, page]));
  const tool = browserTool(service.agent);
  const until = Date.parse(scenario.period.until);
  // A monitor keeps time; the others come as they please.
  const from = Date.parse(scenario.period.from);
  const wait = (at: number) =>
    paceAt(service, at) *
    (service.kind === 'monitor' ? random.between(0.98, 1.02) : random.between(0.1, 1.9));
  let turn = 0;
  for (let at = from + wait(from) * 1000; at < until; at += wait(at) * 1000) {
    const target =
      service.kind === 'monitor'
        ? service.targets[turn++ % service.targets.length]!
        : random.pick(service.targets);
    const page = pages.get(target.host + target.path);
    emit({
      at: Math.floor(at),
      client: random.pick(clients),
      tool,
      host: target.host,
      method: 'GET',
      path: target.path,
      query: '',
      referer: '',
      resource: page ? pageResource(page) : notFound,
      botScore: service.category ? 1 : 1 + random.below(12),
      verifiedBot: service.category,
      verdict: service.kind === 'scanner' && random.chance(0.5) ? scenario.defence.scannerRule : null,
      wave: null,
    });
  }
}

/** Seconds between two requests at a moment. */
function paceAt({ secondsBetween, burst }: Service, at: number): number {
  const isBurst = burst && at >= Date.parse(burst.from) && at < Date.parse(burst.until);
  return isBurst ? burst.secondsBetween : secondsBetween;
}

/** The app's users are supporters, so that an address may show both its library and a browser. */
export function planApp(
  scenario: Scenario,
  around: { people: readonly Person[]; random: Random; emit: Emit },
): void {
  const { app } = scenario;
  const { random, emit } = around;
  const callOf = weighted(app.calls, (call) => call.weight);
  const candidates = around.people.filter((person) => app.networks.includes(person.client.network.id));
  const from = Date.parse(scenario.period.from);
  for (const user of random.shuffled(candidates).slice(0, app.users)) {
    const userAgent = random.pick(app.userAgents);
    const tool = browserTool({ userAgent, ja4: app.ja4, device: 'mobile' });
    for (const dayIndex of user.days) {
      const rounds = Math.floor(app.roundsPerUserDay + random.next());
      for (let round = 0; round < rounds; round++) {
        const midnight = from + dayIndex * 86_400_000;
        const { country } = user.client.network;
        let at = momentOn(scenario, { midnight, country, offsetHours: 0 }, random);
        const calls = 1 + Math.floor(random.skewed(app.callsPerRound / 1.9));
        for (let call = 0; call < calls; call++) {
          const { method, path } = callOf(random);
          emit(
            appCall({ at: Math.floor(at), client: user.client, tool, host: app.host, method, path }, random),
          );
          at += 4_000 + random.skewed(25_000);
        }
      }
    }
  }
}

const answer: Resource = { kind: 'call', dynamic: true, hitShare: 0, bytes: 2_600, status: 200 };

function appCall(
  call: { at: number; client: Client; tool: Request['tool']; host: string; method: string; path: string },
  random: Random,
): Request {
  const path = call.path.replace('{number}', String(100 + random.below(300)));
  const botScore = 2 + random.below(28);
  return {
    ...call,
    path,
    query: '',
    referer: '',
    resource: answer,
    botScore,
    verifiedBot: '',
    verdict: null,
    wave: null,
  };
}
