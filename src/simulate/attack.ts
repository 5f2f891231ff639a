/** The attack: bots with an address, a tool and a steady pace, in waves. */
import type { AddressBook, Client } from './addresses.ts';
import type { Surroundings } from './defence.ts';
import type { Person } from './people.ts';
import { type Random, weighted } from './random.ts';
import { browserTool, notFound, type Request, type Resource, type Tool } from './request.ts';
import type { RequestTemplate, Scenario, ToolProfile, Wave } from './scenario.ts';
import { pageResource } from './visits.ts';

export type Bot = {
  client: Client;
  profile: ToolProfile;
  tool: Tool;
  /** Pace in relation to the other bots. */
  pace: number;
};

/** The bots of each wave, and the supporters whose address one of them has. */
export function recruit(
  scenario: Scenario,
  around: { book: AddressBook; people: readonly Person[]; random: Random },
): { waves: Bot[][]; hosts: Person[] } {
  const { attack } = scenario;
  const { book, random } = around;
  const networkOf = weighted(attack.networks, (entry) => entry.weight);
  const agentOf = weighted(scenario.agents, (agent) => agent.weight);
  const sharable = random.shuffled(
    around.people.filter((person) => attack.shared.networks.includes(person.client.network.id)),
  );
  const hosts: Person[] = [];
  const equip = (profile: ToolProfile): Tool => {
    const { agents, ja4 } = profile;
    // The tools forge the names of the visitors' own browsers, whatever library sends the request.
    if (!agents) return browserTool({ ...agentOf(random), ja4 });
    const userAgent = random.pick(agents).replace(/\{number\}/g, () => String(random.below(1_000)));
    return browserTool({ userAgent, ja4, device: 'desktop' });
  };
  const waves: Bot[][] = [];
  for (const wave of attack.waves) {
    const usable = attack.profiles.filter(({ id }) => wave.profiles?.includes(id) ?? true);
    const profileOf = weighted(usable, (profile) => profile.weight);
    const enlist = (client: Client): Bot => {
      const profile = profileOf(random);
      return { client, profile, tool: equip(profile), pace: 0.35 + random.skewed(0.5) };
    };
    const fresh = (): Bot => {
      const host = random.chance(attack.shared.share) ? sharable.pop() : undefined;
      if (!host) return enlist(book.take(networkOf(random).network));
      hosts.push(host);
      return enlist(host.client);
    };
    const before = waves.at(-1) ?? [];
    const returning = random
      .shuffled(before)
      .slice(0, Math.round(wave.bots * attack.returningShare))
      .map((bot) => (usable.includes(bot.profile) ? bot : enlist(bot.client)));
    waves.push([...returning, ...Array.from({ length: wave.bots - returning.length }, fresh)]);
  }
  return { waves, hosts };
}

export function planWave(
  scenario: Scenario,
  { index, bots }: { index: number; bots: readonly Bot[] },
  around: { defence: Surroundings; random: Random; emit(request: Request): void },
): void {
  const { random } = around;
  const wave = scenario.attack.waves[index]!;
  const draw = requestDraw(scenario, random);
  const totalPace = bots.reduce((sum, bot) => sum + bot.pace, 0);
  bots.forEach((bot, position) => {
    const share = (wave.requests * bot.pace) / totalPace;
    const count = Math.max(scenario.attack.minimumRequests, Math.round(share));
    for (const at of beats(wave, { count, first: position === 0 }, random)) {
      const { template, resource } = draw(bot.profile);
      const { from, until } = bot.profile.botScore;
      around.emit({
        at,
        client: bot.client,
        tool: bot.tool,
        host: template.host,
        method: template.method ?? 'GET',
        path: template.path.replace(/\{token\}/g, () => token(random)),
        query: template.query.replace(/\{token\}/g, () => token(random)),
        referer: '',
        resource,
        botScore: Math.floor(random.between(from, until)),
        verifiedBot: '',
        verdict: around.defence.judge(at, random),
        wave: index,
      });
    }
  });
}

/** The moments of one bot's requests: a steady pace with a tenth of jitter, from its start to its end. */
function beats(wave: Wave, { count, first }: { count: number; first: boolean }, random: Random): number[] {
  const from = Date.parse(wave.from) + (first ? 0 : random.next() * wave.rampSeconds * 1000);
  const until = Date.parse(wave.until) - random.next() * wave.endSeconds * 1000;
  const interval = (until - from) / count;
  const phase = first ? 0 : random.between(0, 0.85);
  return Array.from({ length: count }, (_, beat) =>
    Math.floor(from + (beat + phase + (beat === 0 ? 0 : random.between(-0.1, 0.1))) * interval),
  );
}

function requestDraw(scenario: Scenario, random: Random) {
  const pages = new Map(scenario.site.pages.map((page) => [page.host + page.path, page]));
  const draws = new Map(
    scenario.attack.profiles.map((profile) => {
      const templates = profile.templates.map((template) => ({
        template,
        resource: templateResource(template, pages),
      }));
      return [profile, weighted(templates, (entry) => entry.template.weight)];
    }),
  );
  return (profile: ToolProfile) => draws.get(profile)!(random);
}

function templateResource(
  template: RequestTemplate,
  pages: ReadonlyMap<string, Parameters<typeof pageResource>[0]>,
): Resource {
  if (template.status !== undefined)
    return { kind: 'page', dynamic: true, hitShare: 0, bytes: 3_000, status: template.status };
  const page = pages.get(template.host + template.path);
  if (!page) return notFound;
  const resource = pageResource(page);
  // A query that nobody asked before is in no cache.
  return template.query ? { ...resource, hitShare: 0 } : resource;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const alphanumerics = `${letters}0123456789`;

/** Six to eleven letters and digits, at least one of each, so that no token is a word. */
function token(random: Random): string {
  let text = letters[random.below(26)]! + String(random.below(10));
  const length = 6 + random.below(6);
  while (text.length < length) text += alphanumerics[random.below(36)];
  return text;
}
