import { binomialTail } from './binomial.ts';
import { clientsOfAttack } from './clients-of-attack.ts';
import { type Composition, clientKey, type Signature, signatureKey } from './signatures.ts';

/** Requests of one address with one signature in a window. Times in ms since 1970. */
export type SourceRow = {
  srcIp: string;
  signature: Signature;
  /** The signature before rare values were folded. */
  original: Signature;
  host: string | null;
  requests: number;
  repeats: number;
  actionKnown: number;
  mitigated: number;
  originKnown: number;
  reachedOrigin: number;
  firstSeen: number;
  lastSeen: number;
};

/** An address as the window shows it. */
export type JudgedSource = {
  srcIp: string;
  attacking: boolean;
  /** Sum over its signatures of the logarithm of growth, weighed by the logarithm of repeats. */
  score: number;
  attackRequests: number;
  otherRequests: number;
  /** Of the other requests, those that are not of a client that attackers alone have. */
  usualRequests: number;
  repeats: number;
  actionKnown: number;
  mitigated: number;
  originKnown: number;
  reachedOrigin: number;
  /** Of the requests that are not the attack's. */
  otherMitigated: number;
  firstSeen: number;
  lastSeen: number;
};

/** No signature counts for more than this, whatever its growth. */
const LARGEST_WEIGHT = 4;
/**
 * From this score an address that sent usual traffic as well is an attacker: more than two requests for what the attack
 * asks for, since that many pages a visitor opens among others. Repeats weigh by their logarithm, since a hundred of
 * one kind are not a hundred witnesses.
 */
const ATTACKER_SCORE = 8.2;
/** Who asks for what the attack asks for, among others as usual visitors do, is one of them: a chance of this or more. */
const CHANCE = 0.01;
/**
 * Who sent nothing that is usual needs less: a visitor fetches parts of pages and goes on to others. One request never
 * reaches it.
 */
const EXCLUSIVE_SCORE = 4.5;
/**
 * Beside strong sources who sent less than this share of what the sender of the attack's middle request did, and only what
 * the log knows, is a visitor, as long as all of them together sent less than `LITTLE` of the attack.
 */
const FAR_BELOW = 0.02;
const LITTLE = 0.01;

/** Judges each address of a window by the signatures that it sent; in order of the addresses. */
export function judgeSources(rows: readonly SourceRow[], composition: Composition): JudgedSource[] {
  const sources = new Map<string, JudgedSource>();
  for (const row of rows) {
    const source = sources.get(row.srcIp) ?? freshSource(row.srcIp);
    sources.set(row.srcIp, source);
    const key = signatureKey(row.signature);
    if (composition.attackKeys.has(key)) {
      const growth = composition.cells.get(key)!.growth;
      source.score += (1 + Math.log(row.requests)) * Math.min(Math.log(growth), LARGEST_WEIGHT);
      source.attackRequests += row.requests;
      source.repeats += row.repeats;
      source.actionKnown += row.actionKnown;
      source.mitigated += row.mitigated;
      source.originKnown += row.originKnown;
      source.reachedOrigin += row.reachedOrigin;
      source.firstSeen = Math.min(source.firstSeen, row.firstSeen);
      source.lastSeen = Math.max(source.lastSeen, row.lastSeen);
    } else {
      source.otherRequests += row.requests;
      source.usualRequests += row.requests;
      source.otherMitigated += row.mitigated;
    }
  }
  const usualShare = usualShareOf(composition);
  for (const source of sources.values()) source.attacking = isAttacking(source, usualShare);
  const own = clientsOfAttackers(rows, { sources, composition });
  if (own.size > 0) {
    for (const row of rows) {
      if (own.has(clientKey(row.signature)) && !composition.attackKeys.has(signatureKey(row.signature)))
        sources.get(row.srcIp)!.usualRequests -= row.requests;
    }
    for (const source of sources.values()) source.attacking = isAttacking(source, usualShare);
  }
  for (const source of farBelow(rows, { sources, composition })) source.attacking = false;
  return [...sources.values()].sort((one, other) => (one.srcIp < other.srcIp ? -1 : 1));
}

/** Attackers that are far below the others, and came with nothing that is new to the log. */
function farBelow(
  rows: readonly SourceRow[],
  { sources, composition }: { sources: ReadonlyMap<string, JudgedSource>; composition: Composition },
): readonly JudgedSource[] {
  const attackers = [...sources.values()].filter(({ attacking }) => attacking);
  attackers.sort((one, other) => other.attackRequests - one.attackRequests);
  const sum = (some: readonly JudgedSource[]): number =>
    some.reduce((total, { attackRequests }) => total + attackRequests, 0);
  const all = sum(attackers);
  let place = 0;
  for (let counted = 0; place < attackers.length && counted * 2 < all; place += 1)
    counted += attackers[place]!.attackRequests;
  const middle = attackers[place - 1];
  const few = attackers.filter(
    ({ attackRequests }) => attackRequests < FAR_BELOW * (middle?.attackRequests ?? 0),
  );
  if (few.length === 0 || sum(few) >= LITTLE * all) return [];
  const isNew = ({ signature }: SourceRow): boolean => {
    const key = signatureKey(signature);
    return composition.attackKeys.has(key) && composition.cells.get(key)!.usual === 0;
  };
  const withNew = new Set(rows.filter(isNew).map(({ srcIp }) => srcIp));
  return few.filter(({ srcIp }) => !withNew.has(srcIp));
}

/** Clients of the attack's alone that attackers came with: who are attackers by the usual score, whatever their client. */
function clientsOfAttackers(
  rows: readonly SourceRow[],
  { sources, composition }: { sources: ReadonlyMap<string, JudgedSource>; composition: Composition },
): ReadonlySet<string> {
  const clients = clientsOfAttack(composition);
  if (clients.size === 0) return clients;
  const ofAttackers = rows
    .filter(
      ({ srcIp, signature }) =>
        sources.get(srcIp)!.attacking && composition.attackKeys.has(signatureKey(signature)),
    )
    .map(({ signature }) => clientKey(signature));
  return clients.intersection(new Set(ofAttackers));
}

/** What share of the usual requests have signatures that are the attack's now. */
function usualShareOf({ cells, attackKeys }: Composition): number {
  let attack = 0;
  let all = 0;
  for (const { key, expected } of cells.values()) {
    all += expected;
    if (attackKeys.has(key)) attack += expected;
  }
  return all > 0 ? attack / all : 0;
}

function isAttacking(
  { score, attackRequests, otherRequests, usualRequests }: JudgedSource,
  usualShare: number,
): boolean {
  const all = attackRequests + otherRequests;
  if (binomialTail({ successes: attackRequests, trials: all, chance: usualShare }) > CHANCE) return false;
  return score >= (usualRequests === 0 ? EXCLUSIVE_SCORE : ATTACKER_SCORE);
}

function freshSource(srcIp: string): JudgedSource {
  return {
    srcIp,
    attacking: false,
    score: 0,
    attackRequests: 0,
    otherRequests: 0,
    usualRequests: 0,
    repeats: 0,
    actionKnown: 0,
    mitigated: 0,
    originKnown: 0,
    reachedOrigin: 0,
    otherMitigated: 0,
    firstSeen: Number.POSITIVE_INFINITY,
    lastSeen: Number.NEGATIVE_INFINITY,
  };
}
