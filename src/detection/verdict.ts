import { anonymousTests } from './anonymous-tests.ts';
import { asksForNothingElse } from './app-traffic.ts';
import type { AskedPage } from './asked-pages.ts';
import { graded, percent } from './grading.ts';
import { referrerMixTest, referrerTest } from './referrer-tests.ts';
import { type RefusedTemplate, refusalTest } from './refusal-test.ts';
import { replacementTests } from './replacement.ts';
import { isRetryStorm, type Retries, retriesTest } from './retries.ts';
import { declaredRobotTest, verifiedBotTest } from './robot-tests.ts';
import { type Schedule, scheduleTests } from './schedule.ts';
import type { Composition } from './signatures.ts';
import { signatureKey } from './signatures.ts';
import type { JudgedSource, SourceRow } from './sources.ts';
import { type AskedAgain, tokenTest } from './token-test.ts';

/**
 * Attack, crowd, crawler, retry storm or unexplained: the tests of the standards, section 3.2 (Jung, Krishnamurthy and Rabinovich, WWW 2002).
 * Attack and benign each need positive evidence; what the format can't answer is listed, not failed.
 */
export type VerdictTest = {
  id: string;
  result: 'attack' | 'benign' | 'neither' | 'not-computable';
  observation: string;
};

export type Verdict = {
  kind: 'attack' | 'flash-crowd' | 'crawler' | 'retry-storm' | 'unexplained';
  tests: VerdictTest[];
};

export type VerdictInput = {
  composition: Composition;
  rows: readonly SourceRow[];
  /** Requests by minute and signature key, ms since 1970. */
  minutes: readonly { minute: number; key: string; requests: number }[];
  judged: readonly JudgedSource[];
  askedAgain: AskedAgain;
  /** A stretch of the same length just before the window. */
  before: { requests: number; sources: number };
  /** Sources of the window, and those whose /24 or /48 was known before; null: not asked of these sources. */
  known: { sources: number; knownPrefixSources: number } | null;
  /** Addresses that sent an attack in an earlier window of the log. */
  attackedBefore: ReadonlySet<string>;
  /** Requests that were to be expected; null: not asked. */
  expected: number | null;
  /** Where like rises come at the same time of most days; null: they do not. */
  schedule: Schedule | null;
  /** What the grown signatures asked for. */
  asked: readonly AskedPage[];
  /** What the application refused, in the window and at other times. */
  refused: readonly RefusedTemplate[];
  /** Requests of bots that the provider verified, in the window and just before; null: the log does not say. */
  verifiedBots: { during: number; before: number } | null;
  /** What clients asked again after a failure; null: too little of the growth failed to ask. */
  retries: Retries | null;
};

/** At least this share of the growth must have the attack's composition. */
const ATTACK_SHARE = 0.3;
const ATTACK_TESTS = 2;
/** With fewer of the grown requests than this from attackers, and of those from addresses that asked for nothing else, visitors made the growth. */
const ATTACKERS_SHARE = 0.1;
const VISITORS_EXCLUSIVE = 0.5;
/** So many of the sources that sent an earlier attack are the same machines. */
const ATTACKED_BEFORE = 0.5;
/** One source begins at its own beginning: that says nothing. */
const ONSET_SOURCES = 5;
const BENIGN_TESTS = 4;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export function verdictOf(input: VerdictInput): Verdict {
  const { composition, retries } = input;
  const attackShare = composition.excess > 0 ? composition.attackExcess / composition.excess : 0;
  const grown = attackShare >= ATTACK_SHARE && !isOfVisitors(input.judged);
  const robotTests = [verifiedBotTest(input), declaredRobotTest(input)];
  const tests = [
    compositionTest(attackShare, grown),
    ...sourceTests(input, grown),
    refusalTest(input.refused, { composition, grown }),
    ...robotTests,
  ];
  if (retries) tests.push(retriesTest(retries));
  const ofOwnGrowth = [...scheduleTests(input), ...replacementTests(input, tests)];
  tests.push(...ofOwnGrowth);
  const count = (result: VerdictTest['result']): number =>
    tests.filter((test) => test.result === result).length;
  // A bot has the composition of a tool of attack, and is none: what explains the growth comes first.
  if (robotTests.some(({ result }) => result === 'benign')) return { kind: 'crawler', tests };
  // Clients that ask again and again look like tools, too.
  if (retries && isRetryStorm(retries)) return { kind: 'retry-storm', tests };
  const isOwn = ofOwnGrowth.some(({ result }) => result === 'benign');
  // The composition itself is the condition, not one of the witnesses.
  if (grown && !isOwn && count('attack') - 1 >= ATTACK_TESTS && count('attack') > count('benign'))
    return { kind: 'attack', tests };
  if (!grown && count('benign') >= BENIGN_TESTS) return { kind: 'flash-crowd', tests };
  return { kind: 'unexplained', tests };
}

/** Of requests with grown signatures: how many are of addresses for which the judgement holds. */
function shareOf(judged: readonly JudgedSource[], holds: (source: JudgedSource) => boolean): number {
  const sum = (sources: readonly JudgedSource[]): number =>
    sources.reduce((total, { attackRequests }) => total + attackRequests, 0);
  return sum(judged.filter(holds)) / Math.max(sum(judged), 1);
}

const isExclusive = ({ otherRequests }: JudgedSource): boolean => otherRequests === 0;

/** A page that many come to from elsewhere grows, too: then few ask for it again, and most go on to others. */
function isOfVisitors(judged: readonly JudgedSource[]): boolean {
  return (
    judged.length > 0 &&
    shareOf(judged, ({ attacking }) => attacking) < ATTACKERS_SHARE &&
    shareOf(judged, isExclusive) < VISITORS_EXCLUSIVE
  );
}

function compositionTest(attackShare: number, grown: boolean): VerdictTest {
  const isVisitors = !grown && attackShare >= ATTACK_SHARE;
  return {
    id: 'composition',
    result: isVisitors ? 'neither' : graded(attackShare, { attackFrom: ATTACK_SHARE, benignTo: 0.1 }),
    observation:
      `${percent(attackShare)} of the growth has signatures (fingerprint, agent, request template) that grew at least fivefold over the usual` +
      (isVisitors ? ', of addresses that went on to other pages' : ''),
  };
}

/** Tests on the addresses: of the grown signatures where there are some, else of all. */
function sourceTests(input: VerdictInput, grown: boolean): VerdictTest[] {
  const { composition, judged } = input;
  if (judged.length === 0) return anonymousTests(input);
  const senders = judged.filter(({ attackRequests }) => attackRequests > 0);
  const attackers = judged.filter(({ attacking }) => attacking);
  // A flood of one request an address has no attackers that could be named.
  const attackSubject = attackers.length > 0 ? attackers : senders;
  const subject = grown ? attackSubject : judged;
  const rows = grown
    ? input.rows.filter((row) => composition.attackKeys.has(signatureKey(row.signature)))
    : input.rows;
  return [
    rateTest(input, { subject, grown }),
    knownPrefixTest(input, subject),
    tokenTest(rows, { grown, askedAgain: input.askedAgain }),
    onsetTest(subject),
    grown ? exclusiveTest(judged, composition) : referrerMixTest(rows, composition),
    referrerTest(rows, { composition, grown }),
    forgedAgentTest(rows, composition),
    defenceTest(rows, input.rows),
  ];
}

const total = (rows: readonly SourceRow[], of: (row: SourceRow) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

function rateTest(
  { before }: VerdictInput,
  { subject, grown }: { subject: readonly JudgedSource[]; grown: boolean },
): VerdictTest {
  const usual = before.sources > 0 ? before.requests / before.sources : 0;
  if (usual === 0 || subject.length === 0)
    return { id: 'per-client-rate', result: 'not-computable', observation: 'nothing was seen just before' };
  const rate = median(
    subject.map((source) => (grown ? source.attackRequests : source.attackRequests + source.otherRequests)),
  );
  return {
    id: 'per-client-rate',
    result: graded(rate / usual, { attackFrom: 2, benignTo: 1.2 }),
    observation: `a source sent ${rate} requests in the median; just before, a source sent ${usual.toFixed(1)} on average in as much time`,
  };
}

function knownPrefixTest(
  { known, attackedBefore }: VerdictInput,
  subject: readonly JudgedSource[],
): VerdictTest {
  const again = subject.filter(({ srcIp }) => attackedBefore.has(srcIp)).length / Math.max(subject.length, 1);
  // That the log knew them then is no sign of a visitor.
  if (again >= ATTACKED_BEFORE)
    return {
      id: 'known-prefixes',
      result: 'attack',
      observation: `${percent(again)} of the sources are addresses that sent an attack before, in another window of this log`,
    };
  if (!known)
    return {
      id: 'known-prefixes',
      result: 'not-computable',
      observation: 'the sources known before are counted with those of the attack',
    };
  const share = known.sources > 0 ? known.knownPrefixSources / known.sources : 0;
  return {
    id: 'known-prefixes',
    result: graded(share, { attackTo: 0.14, benignFrom: 0.43 }),
    observation: `${percent(share)} of the sources lie in a /24 or /48 that this log knew before`,
  };
}

function onsetTest(subject: readonly JudgedSource[]): VerdictTest {
  const starts = subject
    .map((source) => source.firstSeen)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (starts.length === 0)
    return { id: 'onset', result: 'neither', observation: 'no source began with a grown signature' };
  if (starts.length < ONSET_SOURCES)
    return {
      id: 'onset',
      result: 'neither',
      observation: `${starts.length} ${starts.length === 1 ? 'source is' : 'sources are'} too few to begin together`,
    };
  // The first begins with itself, which of five is a fifth.
  const others = starts.slice(1);
  const share = others.filter((start) => start - starts[0]! < 180_000).length / others.length;
  return {
    id: 'onset',
    result: graded(share, { attackFrom: 0.5 }),
    observation: `${percent(share)} of the other sources began within three minutes of the first`,
  };
}

function exclusiveTest(judged: readonly JudgedSource[], composition: Composition): VerdictTest {
  const share = shareOf(judged, isExclusive);
  return {
    id: 'sub-resources',
    result: asksForNothingElse(composition) ? 'neither' : graded(share, { attackFrom: 0.8, benignTo: 0.3 }),
    observation: `${percent(share)} of the requests with grown signatures are of sources that asked for nothing else: no page parts, no second page`,
  };
}

function forgedAgentTest(rows: readonly SourceRow[], { cells }: Composition): VerdictTest {
  if (rows.every((row) => row.signature.fingerprint === null)) {
    return { id: 'forged-agents', result: 'not-computable', observation: 'the log has no TLS fingerprint' };
  }
  const usualPairs = new Set<string>();
  for (const cell of cells.values())
    if (cell.usual > 0)
      usualPairs.add(JSON.stringify([cell.signature.fingerprint, cell.signature.userAgent]));
  const forged = rows.filter(
    (row) => !usualPairs.has(JSON.stringify([row.signature.fingerprint, row.signature.userAgent])),
  );
  const share =
    total(forged, (row) => row.requests) /
    Math.max(
      total(rows, (row) => row.requests),
      1,
    );
  const agents = new Set(forged.map((row) => row.original.userAgent)).size;
  return {
    id: 'forged-agents',
    result: agents >= 5 ? graded(share, { attackFrom: 0.2 }) : 'neither',
    observation: `${percent(share)} of the requests pair a TLS fingerprint with an agent that it never had before (${agents} agents)`,
  };
}

/** A defence that stops nothing of anybody did not judge what grew either. `all`: with what did not grow. */
function defenceTest(rows: readonly SourceRow[], all: readonly SourceRow[]): VerdictTest {
  const known = total(rows, (row) => row.actionKnown);
  if (known === 0)
    return {
      id: 'defence',
      result: 'not-computable',
      observation: 'the log does not say what the defence did',
    };
  const share = total(rows, (row) => row.mitigated) / known;
  const acts = total(all, (row) => row.mitigated) > 0;
  return {
    id: 'defence',
    result: graded(share, { attackFrom: 0.3, ...(acts && { benignTo: 0.05 }) }),
    observation: `the defence stopped ${percent(share)} of the requests`,
  };
}
