/** What supporters do: visits of a few pages, each with its assets, and what the defence makes of them. */
import type { Surroundings } from './defence.ts';
import type { Person } from './people.ts';
import { type Random, weighted } from './random.ts';
import type { Request, Resource } from './request.ts';
import type { Page, Scenario, Verdict } from './scenario.ts';

export type Visit = { person: Person; at: number; referer?: string };

const hit = { page: 0.93, campaignPage: 0.6, asset: 0.985 };

export function createVisitPlanner(
  scenario: Scenario,
  around: { defence: Surroundings; random: Random; emit(request: Request): void },
): (visit: Visit) => void {
  const { defence, random, emit } = around;
  const { site } = scenario;
  const pages = site.pages.map((page) => ({ ...page, resource: pageResource(page) }));
  const entryOf = weighted(pages, (page) => page.entry);
  const nextOf = weighted(pages, (page) => page.weight);
  const sourceOf = weighted(site.sources, (source) => source.weight);

  return ({ person, at: start, referer: given }) => {
    const { tool, inApp } = random.pick(person.devices);
    const source = sourceOf(random);
    let at = start;
    let solved = false;
    let referer = given ?? (inApp ? '' : source.referer);
    let campaign = given ? undefined : source.campaign;
    let warm = random.chance(0.3);

    const send = (part: Pick<Request, 'at' | 'host' | 'path' | 'resource'> & Partial<Request>) =>
      emit({
        client: person.client,
        tool,
        method: 'GET',
        query: '',
        referer: '',
        botScore: person.botScore,
        verifiedBot: '',
        verdict: null,
        wave: null,
        ...part,
      });

    const assets = (page: Page, query: string) => {
      const shown = person.sendsReferer ? `https://${page.host}${page.path}${query}` : '';
      const wanted = warm ? [] : random.shuffled(site.commonAssets).slice(0, 2 + random.below(2));
      if (page.images.length > 0 && random.chance(warm ? 0.35 : 0.6)) wanted.push(random.pick(page.images));
      for (const path of wanted) {
        const resource = path.endsWith('.jpg') ? image : file;
        send({
          at: at + Math.round(random.between(150, 1_300)),
          host: page.host,
          path,
          referer: shown,
          resource,
        });
      }
      warm = true;
    };

    /** False when the visitor does not get the page and gives up. */
    const open = (page: (typeof pages)[number], query: string): boolean => {
      const request = {
        host: page.host,
        path: page.path,
        query,
        referer: person.sendsReferer ? referer : '',
        resource: campaign
          ? { ...page.resource, hitShare: page.dynamic ? 0 : hit.campaignPage }
          : page.resource,
      };
      let verdict: Verdict | null = null;
      if (defence.mitigating(at)) {
        if (person.shared && random.chance(scenario.defence.sharedLimitedShare)) {
          send({ ...request, at, verdict: scenario.defence.limited });
          return false;
        }
        const share = person.shared ? scenario.defence.sharedChallengedShare : person.group.challengedShare;
        if (!solved && random.chance(share)) {
          send({ ...request, at, verdict: scenario.defence.challenge });
          if (!random.chance(scenario.defence.solvedShare)) return false;
          at += Math.round(2_500 + random.skewed(2_500));
          verdict = scenario.defence.solved;
        }
        solved = true;
      }
      send({ ...request, at, verdict });
      assets(page, query);
      return true;
    };

    // A third of the visits look at one thing and go.
    const depth = random.chance(0.3) ? 1 : 2 + Math.floor(random.skewed(1.6));
    for (let step = 0; step < depth; step++) {
      const page = step === 0 ? entryOf(random) : nextOf(random);
      const query = campaign && !page.query ? `?utm_source=${campaign}` : queryOf(page, scenario, random);
      if (!open(page, query)) return;
      const shown = `https://${page.host}${page.path}${query}`;
      const { checkout } = site;
      if (page.host === checkout.host && page.path === checkout.form && random.chance(checkout.share)) {
        at += Math.round(25_000 + random.skewed(30_000));
        const host = checkout.host;
        send({ at, host, path: checkout.submit, method: 'POST', referer: shown, resource: submission });
        at += 900;
        send({ at, host, path: checkout.thanks, referer: shown, resource: thanks });
      }
      referer = shown;
      campaign = undefined;
      at += Math.round(6_000 + random.skewed(18_000));
    }
  };
}

function queryOf(page: Page, scenario: Scenario, random: Random): string {
  if (page.query === 'words') return `?q=${random.pick(scenario.site.searchTerms).replaceAll(' ', '+')}`;
  if (page.query === 'postcode') return `?postcode=${random.pick(scenario.site.postcodes).replace(' ', '+')}`;
  return '';
}

export function pageResource(page: Page): Resource {
  const hitShare = page.dynamic ? 0 : hit.page;
  return { kind: 'page', dynamic: page.dynamic, hitShare, bytes: page.kilobytes * 1024, status: 200 };
}

const file: Resource = { kind: 'asset', dynamic: false, hitShare: hit.asset, bytes: 31_000, status: 200 };
const image: Resource = { kind: 'asset', dynamic: false, hitShare: hit.asset, bytes: 84_000, status: 200 };
const submission: Resource = { kind: 'page', dynamic: true, hitShare: 0, bytes: 700, status: 303 };
const thanks: Resource = { kind: 'page', dynamic: true, hitShare: 0, bytes: 9_000, status: 200 };
