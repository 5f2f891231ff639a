/**
 * Attack traffic told from the traffic that goes on beside it, by composition. A signature is a combination of
 * TLS fingerprint, agent and request template; each is held against what the log usually has of it. No single
 * field decides: the combination does, and how far it grew.
 */
export type Signature = {
  readonly fingerprint: string | null;
  readonly userAgent: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: string | null;
  readonly hasReferrer: boolean;
};

export type Counted = { signature: Signature; requests: number };

/** A signature in a window: how much of it there was, and how much was to be expected. */
export type Cell = {
  key: string;
  signature: Signature;
  requests: number;
  expected: number;
  /** Requests over expectation. */
  growth: number;
  /** Usual requests in the whole baseline. */
  usual: number;
};

/** Grown this far, and by this many requests, a signature is one of the attack's. */
const ATTACK_GROWTH = 5;
const ATTACK_EXCESS = 10;

/** Weight of independence between client and template against the combination as seen: new pairs of usual parts are usual. */
const INDEPENDENCE = 0.1;

/** A value that is usual no more often than this, and no larger a share of the window, is rare: random tokens hide there. */
const RARE_REQUESTS = 3;
const RARE_SHARE = 0.005;
export const RARE_VALUE = '{rare}';

/** What names a signature, its client and its template. A signature is one object for a million rows, which ask for it over and over. */
type Keys = { client: string; template: string; signature: string };
const keysBySignature = new WeakMap<Signature, Keys>();

function keysOf(signature: Signature): Keys {
  const found = keysBySignature.get(signature);
  if (found) return found;
  const client = JSON.stringify([signature.fingerprint, signature.userAgent]);
  const template = JSON.stringify([signature.method, signature.path, signature.query, signature.hasReferrer]);
  const keys = { client, template, signature: client + template };
  keysBySignature.set(signature, keys);
  return keys;
}

export const clientKey = (signature: Signature): string => keysOf(signature).client;
export const templateKey = (signature: Signature): string => keysOf(signature).template;
export const signatureKey = (signature: Signature): string => keysOf(signature).signature;
export const keyAtHost = ({ host, signature }: { host: string | null; signature: Signature }): string =>
  JSON.stringify([host]) + signatureKey(signature);

function tally(counted: readonly Counted[], keyOf: (signature: Signature) => string): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { signature, requests } of counted) {
    const key = keyOf(signature);
    totals.set(key, (totals.get(key) ?? 0) + requests);
  }
  return totals;
}

/**
 * Gives rare values one name, so that a thousand random agents or parameters are one signature. To be applied to
 * the window and to the usual traffic alike: what is rare there every day is no news.
 */
export function rareFolder(
  window: readonly Counted[],
  usual: readonly Counted[],
): (signature: Signature) => Signature {
  const most = Math.max(RARE_REQUESTS, RARE_SHARE * window.reduce((sum, { requests }) => sum + requests, 0));
  const rare = (
    keyOf: (signature: Signature) => string,
    mostBefore: number,
  ): ((signature: Signature) => boolean) => {
    const now = tally(window, keyOf);
    const before = tally(usual, keyOf);
    return (signature) =>
      (now.get(keyOf(signature)) ?? 0) <= most && (before.get(keyOf(signature)) ?? 0) <= mostBefore;
  };
  const path = rare((signature) => JSON.stringify([signature.path]), RARE_REQUESTS);
  const query = rare((signature) => JSON.stringify([signature.path, signature.query]), RARE_REQUESTS);
  const agent = rare((signature) => JSON.stringify([signature.userAgent]), most);
  return (signature) => ({
    ...signature,
    path: path(signature) ? RARE_VALUE : signature.path,
    query: signature.query !== null && query(signature) ? RARE_VALUE : signature.query,
    userAgent: signature.userAgent !== null && agent(signature) ? RARE_VALUE : signature.userAgent,
  });
}

export type Composition = {
  cells: Map<string, Cell>;
  attackKeys: Set<string>;
  /** How the usual traffic itself moved in the window, as a factor: a crowd grows without changing its composition. */
  usualFactor: number;
  /** Clients of the usual requests, as `clientKey` names them. */
  usualClients: ReadonlySet<string>;
  /**
   * What share of further usual requests would have signatures that none had before: as many as there are signatures
   * that one request has, by Good and Turing's estimate. 1 where nothing is known.
   */
  unseenShare: number;
  /** Requests over expectation: of the attack's signatures, and of all request templates. */
  attackExcess: number;
  excess: number;
};

/**
 * Compares a window with the baseline. `usual` counts the time outside all candidate windows, `usualMinutes`
 * long; `window` the window, `windowMinutes` long. Both are folded by `rareFolder` before.
 */
export function compareComposition(options: {
  window: readonly Counted[];
  windowMinutes: number;
  usual: readonly Counted[];
  usualMinutes: number;
}): Composition {
  const usual = tally(options.usual, signatureKey);
  const clients = tally(options.usual, clientKey);
  const templates = tally(options.usual, templateKey);
  const total = options.usual.reduce((sum, { requests }) => sum + requests, 0);
  const share = options.usualMinutes > 0 ? options.windowMinutes / options.usualMinutes : 0;
  const cells = new Map<string, Cell>();
  for (const { signature, requests } of options.window) {
    const key = signatureKey(signature);
    const known = cells.get(key);
    if (known) {
      known.requests += requests;
      continue;
    }
    const independent =
      total === 0
        ? 0
        : ((clients.get(clientKey(signature)) ?? 0) * (templates.get(templateKey(signature)) ?? 0)) / total;
    const before = usual.get(key) ?? 0;
    const expected = ((1 - INDEPENDENCE) * before + INDEPENDENCE * independent) * share;
    cells.set(key, { key, signature, requests, expected, growth: 0, usual: before });
  }
  const usualFactor = weightedMedianGrowth([...cells.values()]);
  for (const cell of cells.values()) {
    cell.expected *= usualFactor;
    // Half a request: what was never seen is not impossible.
    cell.growth = cell.requests / Math.max(cell.expected, 0.5);
  }
  const alone = [...cells.values()].filter(
    ({ growth, requests, expected }) => growth >= ATTACK_GROWTH && requests - expected >= ATTACK_EXCESS,
  );
  const attackKeys = new Set(alone.map(({ key }) => key));
  const now = tally(options.window, templateKey);
  // What a signature sent by itself makes no other one suspicious that asks for the same.
  const left = new Map(now);
  for (const { signature, requests } of alone)
    left.set(templateKey(signature), left.get(templateKey(signature))! - requests);
  /** Of a request template as a whole: a flood with many agents has few requests of each. */
  const growthOfTemplate = ({ signature }: Cell): number => {
    const key = templateKey(signature);
    const requests = left.get(key) ?? 0;
    const expected = (templates.get(key) ?? 0) * share * usualFactor;
    return requests - expected >= ATTACK_EXCESS ? requests / Math.max(expected, 0.5) : 0;
  };
  for (const cell of cells.values()) {
    if (attackKeys.has(cell.key) || cell.requests < ATTACK_GROWTH * cell.expected) continue;
    const ofTemplate = growthOfTemplate(cell);
    if (ofTemplate < ATTACK_GROWTH) continue;
    // One that grew with its template alone is a witness for both: a visitor asks for what a flood asks for, too.
    cell.growth = Math.sqrt(cell.growth * ofTemplate);
    attackKeys.add(cell.key);
  }
  let attackExcess = 0;
  for (const key of attackKeys) attackExcess += cells.get(key)!.requests - cells.get(key)!.expected;
  // By template: of thousands of signatures that are seen once, each is over expectation by chance.
  let excess = 0;
  for (const [key, requests] of now)
    excess += Math.max(requests - (templates.get(key) ?? 0) * share * usualFactor, 0);
  const seenOnce = usual.values().reduce((sum, requests) => sum + (requests === 1 ? 1 : 0), 0);
  return {
    ...{ cells, attackKeys, usualFactor, attackExcess },
    usualClients: new Set(clients.keys()),
    unseenShare: total > 0 ? seenOnce / total : 1,
    excess: Math.max(excess, attackExcess),
  };
}

/** The growth that half of the usual traffic stays below: 1 where nothing is known. */
function weightedMedianGrowth(cells: readonly Cell[]): number {
  const known = cells
    .filter((cell) => cell.expected >= 3)
    .map((cell) => ({ growth: cell.requests / cell.expected, weight: cell.expected }));
  known.sort((a, b) => a.growth - b.growth);
  const half = known.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  for (const { growth, weight } of known) {
    passed += weight;
    if (passed >= half) return growth;
  }
  return 1;
}
