import type { Analyst } from '../catalogue/engine.ts';
import type { KnownSources } from './known-sources.ts';
import { num, time } from './signature-rows.ts';
import type { AttackingSource } from './sources.ts';
import { type Span, timeParameters } from './span.ts';
import type { SurfaceAnswer } from './surfaces.ts';

/** An answer on a surface that its usual use does not explain, with the reason. */
export type Sign = { answer: SurfaceAnswer; sentence: string };

/** A response this many times the largest that the surface gave anybody before is out of all proportion. */
const OUT_OF_PROPORTION = 10;
/** What an attacker got is like what the surface gives, and no error page or form, from this share of the largest before. */
const LIKE_THE_USUAL = 0.5;
/** Fewer failures before a success are a person who mistyped. */
const FAILURES = 5;
/** After an attack, who comes for the first time comes within this time, ms. */
const AFTERMATH = 86_400_000;
/** Without this much of a past of its own, ms, a surface has no usual use. */
const PAST = 86_400_000;

type Asked = {
  answers: readonly SurfaceAnswer[];
  about: Span;
  windows: readonly Span[];
  sources: readonly AttackingSource[];
  known: KnownSources;
};

/**
 * Signs of access on the surfaces of a case. A success alone is none, nor is one of a known source or of a client that
 * the surface knew. What is: an attacking address that got what the surface gives; a client that logged in after many
 * failures, and then was answered; a new client, during an attack or in the day after it, that got far more than anyone
 * before. The first and the last are held against a past of at least a day.
 */
export async function signsOf(
  analyst: Analyst,
  { answers, about, windows, sources, known }: Asked,
): Promise<Sign[]> {
  const attackers = new Map(sources.map((source) => [source.srcIp, source]));
  const guessed = await loggedInAfterFailures(analyst, { answers, about });
  const signs = new Map<string, Sign>();
  for (const answer of answers) {
    const { srcIp, surface, firstSeen, lastSeen } = answer;
    if (srcIp === null || known.of(srcIp) !== null) continue;
    if (lastSeen < about.from || firstSeen >= about.until) continue;
    const reason = reasonOf(answer, { answers, windows, attacker: attackers.get(srcIp), guessed });
    const key = JSON.stringify([surface.name, answer.sourceId, answer.host, answer.path, srcIp]);
    if (reason === null || signs.has(key)) continue;
    const place = `${answer.host ?? 'A host that the log does not name'} answered ${srcIp} on ${answer.path} (${surface.name})`;
    signs.set(key, { answer, sentence: `${place} with success, and ${reason}.` });
  }
  return [...signs.values()];
}

function reasonOf(
  answer: SurfaceAnswer,
  {
    answers,
    windows,
    attacker,
    guessed,
  }: {
    answers: readonly SurfaceAnswer[];
    windows: readonly Span[];
    attacker: AttackingSource | undefined;
    guessed: ReadonlyMap<string, { failures: number; at: number }>;
  },
): string | null {
  const { srcIp, firstSeen, largest } = answer;
  const guess = guessed.get(JSON.stringify([answer.sourceId, srcIp]));
  if (guess && answer.lastSeen >= guess.at)
    return `the address had logged in after ${guess.failures.toLocaleString('en-GB')} failures`;
  const window = windows.find(({ from, until }) => firstSeen >= from && firstSeen < until + AFTERMATH);
  if (!window) return null;
  const before = answers.filter(
    (each) =>
      each.surface === answer.surface && each.sourceId === answer.sourceId && each.lastSeen < window.from,
  );
  const oldest = before.reduce((least, each) => Math.min(least, each.firstSeen), window.from);
  if (window.from - oldest < PAST) return null;
  const most = before.reduce((largestBefore, each) => Math.max(largestBefore, each.largest), 0);
  const bytes = `${largest.toLocaleString('en-GB')} bytes at most, where the surface had given ${most.toLocaleString('en-GB')}`;
  const isNew = before.every((each) => each.srcIp !== srcIp);
  // A shared address speaks for others too, some of whom may work there.
  if (attacker && attacker.role !== 'shared' && isNew && most > 0 && largest >= most * LIKE_THE_USUAL)
    return `the address is one of the attack's: it got ${bytes}`;
  if (isNew && most > 0 && largest >= most * OUT_OF_PROPORTION)
    return `the address was never answered there before the attack: it got ${bytes}`;
  return null;
}

/** Addresses that logged in after failures, by log: the failures, and when they got in. */
async function loggedInAfterFailures(
  analyst: Analyst,
  { answers, about }: { answers: readonly SurfaceAnswer[]; about: Span },
): Promise<Map<string, { failures: number; at: number }>> {
  const found = new Map<string, { failures: number; at: number }>();
  for (const sourceId of [...new Set(answers.map((answer) => answer.sourceId))].sort()) {
    const rows = await analyst.ask('impact/logins-after-failures', {
      ...timeParameters(about),
      source_id: sourceId,
    });
    for (const row of rows) {
      const failures = num(row.failures_before);
      if (failures < FAILURES) continue;
      const key = JSON.stringify([sourceId, String(row.src_ip)]);
      const at = Math.min(time(row.first_success), found.get(key)?.at ?? Number.POSITIVE_INFINITY);
      found.set(key, { failures: Math.max(failures, found.get(key)?.failures ?? 0), at });
    }
  }
  return found;
}
