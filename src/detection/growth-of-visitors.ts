import { binomialTail } from './binomial.ts';
import { type Composition, clientKey, type Signature, signatureKey, templateKey } from './signatures.ts';
import type { SourceRow } from './sources.ts';

/** Most visitors of a page go on to others, or fetch parts that the site had before. */
const GO_ON = 0.5;
/**
 * Clients tell visitors from the flood only where the two differ by this much, from 0 (the same clients as often) to 1
 * (none in common): who asks for one page differs from who asks for another, too.
 */
const LEAST_APART = 0.25;
/** More of those who asked for it are visitors than not, but for a chance of this: as `judgeSources` takes it. */
const CHANCE = 0.01;
/** Two visitors of a page have the same client about as often as any two; those of one tool, or a few, far more often. */
const LARGEST_LIKENESS = 2;
/**
 * Who ask for it this many times as often as visitors ask for a template are none, as by the test `per-client-rate`: by the
 * geometric mean, of which one who asked a hundred times says nothing of the others, and by the mean, in which a few who
 * asked thousands of times do not hide among many who asked once.
 */
const OFTEN = 2;
/** What is left is the main part of the growth: to be told by what a smaller part is like would turn the flood out. */
const LARGEST_SHARE = 0.5;

type Asker = { srcIp: string; client: string; requests: number };

/** Who asked for a template, by address and client. */
type Asked = Map<string, Asker>;

/** Clients by the number of addresses that came with each, whatever else they asked for. */
type Mix = { clients: ReadonlyMap<string, number>; total: number };

/**
 * Signatures of the attack that are growth of visitors: of request templates whose askers went on to what is none of the
 * attack's, asked no more often than visitors do, and have the clients (fingerprint and agent) of the window's other
 * visitors, in their mix, and not those of the rest of the attack. A page that is new during a flood has grown as much as
 * what the flood asks for: who asks for it tells it apart. A flood with the clients of visitors leaves nothing apart, and
 * a log without clients none: all of it stays the attack's.
 */
export function growthOfVisitors(rows: readonly SourceRow[], composition: Composition): ReadonlySet<string> {
  const { visitors, templates, goingOn } = askedIn(rows, composition);
  const goesOn = ([, asked]: [string, Asked]): boolean =>
    asked.values().reduce((sum, { srcIp }) => sum + (goingOn.has(srcIp) ? 1 : 0), 0) > GO_ON * asked.size;
  const { suspects = [], rest = [] } = Object.groupBy(templates, (each) =>
    goesOn(each) ? 'suspects' : 'rest',
  );
  const usual = mixOf(visitors);
  const told = nearness(usual, mixOf(rest.map(([, asked]) => asked)));
  if (rest.length === 0 || told.ofUsual - told.ofRest < LEAST_APART) return new Set();
  const most = { typical: OFTEN * timesOf(visitors), mean: OFTEN * meanTimesOf(visitors) };
  const ofVisitors = suspects.filter(([, asked]) => {
    const mix = mixOf([asked]);
    const successes = Math.floor(told.meanOf(mix) * mix.total);
    return (
      timesOf([asked]) < most.typical &&
      meanTimesOf([asked]) < most.mean &&
      binomialTail({ successes, trials: mix.total, chance: told.middle }) < CHANCE &&
      likenessOf(mix) <= LARGEST_LIKENESS * likenessOf(usual)
    );
  });
  return smallerPart(new Set(ofVisitors.map(([template]) => template)), composition);
}

/**
 * What visitors asked for, who sent nothing of the attack, template by template; the attack's signatures by template; and
 * addresses that sent anything else.
 */
function askedIn(
  rows: readonly SourceRow[],
  { attackKeys }: Composition,
): { visitors: Asked[]; templates: Map<string, Asked>; goingOn: ReadonlySet<string> } {
  const numbers = new Map<string, number>();
  const isOfAttack = (signature: Signature): boolean => attackKeys.has(signatureKey(signature));
  const senders = new Set<string>();
  const goingOn = new Set<string>();
  for (const { srcIp, signature } of rows) (isOfAttack(signature) ? senders : goingOn).add(srcIp);
  const visitors = new Map<string, Asked>();
  const templates = new Map<string, Asked>();
  for (const { srcIp, signature, requests } of rows) {
    const isAttack = isOfAttack(signature);
    if (!isAttack && senders.has(srcIp)) continue;
    const [client, template] = [clientKey(signature), templateKey(signature)];
    const into = isAttack ? templates : visitors;
    const asked: Asked = into.get(template) ?? new Map();
    into.set(template, asked);
    const number = numbers.get(client) ?? numbers.size;
    numbers.set(client, number);
    const id = `${srcIp} ${number}`;
    const asker = asked.get(id) ?? { srcIp, client, requests: 0 };
    asker.requests += requests;
    asked.set(id, asker);
  }
  return { visitors: [...visitors.values()], templates, goingOn };
}

function mixOf(asked: readonly Asked[]): Mix {
  const ids = new Set<string>();
  const clients = new Map<string, number>();
  for (const [id, { client }] of asked.values().flatMap((each) => each.entries())) {
    if (ids.has(id)) continue;
    ids.add(id);
    clients.set(client, (clients.get(client) ?? 0) + 1);
  }
  return { clients, total: ids.size };
}

/**
 * How far clients speak for visitors: one by 1 if only visitors have it, by 0 if none of them has. The mean over those who
 * asked moves from `ofRest` to `ofUsual` as the share of visitors among them does; it is in the `middle` of both where
 * half of them are.
 */
type Nearness = { meanOf: (mix: Mix) => number; ofUsual: number; ofRest: number; middle: number };

function nearness(usual: Mix, rest: Mix): Nearness {
  const between = (client: string, own: { usual: number; rest: number }): number => {
    const before = ((usual.clients.get(client) ?? 0) - own.usual) / Math.max(usual.total - own.usual, 1);
    const now = ((rest.clients.get(client) ?? 0) - own.rest) / Math.max(rest.total - own.rest, 1);
    return before > 0 ? before / (before + now) : 0;
  };
  const mean = ({ clients, total }: Mix, own: { usual: number; rest: number }): number =>
    clients.entries().reduce((sum, [client, count]) => sum + count * between(client, own), 0) /
    Math.max(total, 1);
  // Who is measured is left out of what he is measured by: a client that came once says nothing of itself.
  const ofUsual = mean(usual, { usual: 1, rest: 0 });
  const ofRest = mean(rest, { usual: 0, rest: 1 });
  return {
    meanOf: (mix) => mean(mix, { usual: 0, rest: 0 }),
    ...{ ofUsual, ofRest, middle: (ofUsual + ofRest) / 2 },
  };
}

/** The chance that two of them have the same client. */
function likenessOf({ clients, total }: Mix): number {
  const pairs = clients.values().reduce((sum, count) => sum + count * (count - 1), 0);
  return pairs / Math.max(total * (total - 1), 1);
}

/** How often they asked for a template. */
function meanTimesOf(asked: readonly Asked[]): number {
  const askers = asked.flatMap((each) => [...each.values()]);
  return askers.reduce((sum, { requests }) => sum + requests, 0) / Math.max(askers.length, 1);
}

/** The same as the geometric mean. */
function timesOf(asked: readonly Asked[]): number {
  const askers = asked.reduce((sum, { size }) => sum + size, 0);
  const logarithms = asked
    .values()
    .flatMap((each) => each.values())
    .reduce((sum, { requests }) => sum + Math.log(requests), 0);
  return Math.exp(logarithms / Math.max(askers, 1));
}

/** The attack's signatures of these templates; none where they are most of its growth. */
function smallerPart(
  templates: ReadonlySet<string>,
  { cells, attackKeys, attackExcess }: Composition,
): ReadonlySet<string> {
  const own = [...attackKeys]
    .map((key) => cells.get(key)!)
    .filter(({ signature }) => templates.has(templateKey(signature)));
  const excess = own.reduce((sum, { requests, expected }) => sum + requests - expected, 0);
  return new Set(excess < LARGEST_SHARE * attackExcess ? own.map(({ key }) => key) : []);
}
