import type { Analyst, Row } from '../catalogue/engine.ts';
import { askedPages } from '../detection/asked-pages.ts';
import type { Candidate } from '../detection/candidates.ts';
import { type JustBefore, steadyRobots, withoutGoingOn } from '../detection/going-on.ts';
import {
  countKnown,
  endOf,
  type MinuteRow,
  type MinuteSeries,
  minuteSeries,
  outermostLogs,
} from '../detection/minute-series.ts';
import type { RefusedTemplate } from '../detection/refusal-test.ts';
import { type Schedule, scheduleOf } from '../detection/schedule.ts';
import {
  type Composition,
  type Counted,
  compareComposition,
  rareFolder,
  signatureKey,
} from '../detection/signatures.ts';
import { type JudgedSource, judgeSources, type SourceRow } from '../detection/sources.ts';
import type { AskedAgain } from '../detection/token-test.ts';
import { type Verdict, type VerdictInput, verdictOf } from '../detection/verdict.ts';
import type { CaseAccount } from '../report/model.ts';
import { askedAgainIn } from './asked-again.ts';
import { seenBefore, volumeOf } from './before-window.ts';
import { findCandidates } from './find-candidates.ts';
import { type HandInWindow, ruleWindow } from './hand-in-window.ts';
import { hostsOfCase } from './hosts-of-case.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { refusedTemplates } from './refusals.ts';
import { withoutRepeats } from './repeated-minutes.ts';
import { retriesOf } from './retries.ts';
import {
  type CountedAtHost,
  ofHost,
  type SignatureMinute,
  signatureMinutes,
  usualSignatures,
} from './signature-counts.ts';
import { num, sourceRows, str, time } from './signature-rows.ts';
import { dayParameters, minutesIn, type Span, windowOf } from './span.ts';
import { countriesFor } from './split-countries.ts';
import { usualWithoutKnown } from './usual-without-known.ts';
import { verifiedBots } from './verified-bots.ts';

/** A candidate with all that was measured of it. */
export type Examined = {
  candidate: Candidate;
  /** That of the candidate. */
  around: Span;
  /** As long as the candidate, just before it: what is usual then. */
  before: Span;
  composition: Composition;
  rows: SourceRow[];
  judged: JudgedSource[];
  verdict: Verdict;
  /** What `before` held, without known sources. */
  volumeBefore: { requests: number; sources: number };
  /** What the case file and the judgements did to it. */
  hand: HandInWindow;
  verifiedBots: { during: number; before: number } | null;
  refused: RefusedTemplate[];
  askedAgain: AskedAgain;
  minutes: SignatureMinute[];
};

export type LogView = {
  sourceId: string;
  vantage: string;
  /** How many of its rows repeat a request id: what a query counts once is looked for only where there are some. */
  repeats: string;
  series: MinuteSeries[];
  /** The log as a whole, a series a stretch, in order of time. */
  stretches: MinuteSeries[];
  whole: Span;
  /** Signatures of the time outside all candidates; `usualOfOthers` are those without known sources. */
  usual: CountedAtHost[];
  usualOfOthers: CountedAtHost[];
  examined: Examined[];
};

/** A row of detection/minutes. */
export function minuteRow(row: Row): MinuteRow {
  return {
    sourceId: String(row.source_id),
    vantage: String(row.vantage),
    host: str(row.host),
    minute: time(row.minute),
    requests: num(row.requests),
    mitigated: num(row.mitigated),
    withoutSource: num(row.without_source),
    failed: num(row.status_5xx),
  };
}

/** Reads the minutes of all logs and examines those that speak for their hosts. */
export async function examineLogs(
  analyst: Analyst,
  options: { period: Span; forced: Span | null; focus: Span | null; hand: InvestigatorsHand },
): Promise<{ logs: LogView[]; series: MinuteSeries[]; hosts: CaseAccount['hosts'] }> {
  const [minutes, repeated] = await Promise.all([
    analyst.ask('detection/minutes', dayParameters(options.period)),
    analyst.ask('integrity/repeated-requests', dayParameters(options.period)),
  ]);
  const repeats = new Map(repeated.map((row) => [String(row.source_id), String(row.repeats)]));
  const rows = await withoutRepeats(analyst, {
    ...{ rows: minutes.map(minuteRow), period: options.period },
    repeats,
  });
  const { rows: ofCase, account: hosts } = hostsOfCase(rows, options.hand.caseFile);
  const series = minuteSeries(ofCase);
  const speaking = [...outermostLogs(series)].sort();
  const logs = await Promise.all(
    speaking.map((sourceId) =>
      examineLog(analyst, {
        log: series.filter((each) => each.sourceId === sourceId),
        repeats: repeats.get(sourceId) ?? '0',
        ...options,
      }),
    ),
  );
  return { logs, series, hosts };
}

type LogExamination = {
  log: MinuteSeries[];
  repeats: string;
  forced: Span | null;
  focus: Span | null;
  hand: InvestigatorsHand;
};

async function examineLog(
  analyst: Analyst,
  { log, repeats, forced, focus, hand }: LogExamination,
): Promise<LogView> {
  const stretches = log.filter((each) => each.total).sort((a, b) => a.start - b.start);
  const [first, last] = [stretches[0]!, stretches.at(-1)!];
  const whole = { from: first.start, until: endOf(last) };
  const candidates = await findCandidates(analyst, { log, stretches, forced });
  const view: LogView = {
    sourceId: first.sourceId,
    vantage: first.vantage,
    repeats,
    series: log,
    stretches,
    whole,
    usual: [],
    usualOfOthers: [],
    examined: [],
  };
  // What lies outside the focus is not judged, and is not usual either.
  const inFocus = ({ start, end }: Candidate): boolean => !focus || (end > focus.from && start < focus.until);
  if (!candidates.some(inFocus)) return view;
  const minutes = await Promise.all(
    candidates.map(({ around }) => signatureMinutes(analyst, { log: view, around })),
  );
  view.usual = await usualSignatures(analyst, { log: view, whole, minutes: minutes.flat() });
  view.usualOfOthers = await usualWithoutKnown(analyst, {
    ...{ view, caseFile: hand.caseFile, around: candidates.map(({ around }) => around) },
  });
  const usualMinutes =
    stretches.reduce((sum, { requests }) => sum + countKnown(requests), 0) -
    candidates.reduce((sum, candidate) => sum + minutesIn(within(candidate.around, whole)), 0);
  const judged = [...candidates.entries()].filter(([, candidate]) => inFocus(candidate));
  const windows = judged.map(([, { around }]) => around);
  // One after the other: of each, a million rows come at once.
  const measured: Measured[] = [];
  for (const [index, candidate] of judged)
    measured.push(
      await measure(analyst, {
        ...{ view, candidate, windows, minutes: minutes[index]!, usualMinutes, hand },
        schedule: scheduleOf(candidate, { candidates, whole }),
      }),
    );
  view.examined = judgedInOrder(measured);
  return view;
}

function within(span: Span, whole: Span): Span {
  return { from: Math.max(span.from, whole.from), until: Math.min(span.until, whole.until) };
}

type Measured = Omit<Examined, 'verdict'> & {
  evidence: Omit<VerdictInput, 'attackedBefore' | 'judged'>;
  /** Null: an analyst gave the window, or it is of one host. */
  justBefore: JustBefore | null;
  robots: ReadonlySet<string>;
};

/** In order of time: who sent one attack and comes again is known for that. */
function judgedInOrder(measured: readonly Measured[]): Examined[] {
  const attackedBefore = new Set<string>();
  return measured.map(({ evidence, justBefore, robots, ...each }) => {
    const judged = withoutGoingOn(each.judged, { before: justBefore, robots, attackedBefore });
    const verdict = verdictOf({ ...evidence, judged, attackedBefore });
    if (verdict.kind === 'attack')
      for (const { srcIp, attacking } of judged) if (attacking) attackedBefore.add(srcIp);
    return { ...each, judged, verdict };
  });
}

type Examination = {
  view: LogView;
  candidate: Candidate;
  /** Those of all candidates that are measured. */
  windows: readonly Span[];
  minutes: Examined['minutes'];
  usualMinutes: number;
  hand: InvestigatorsHand;
  schedule: Schedule | null;
};

async function measure(
  analyst: Analyst,
  { view, candidate, windows, minutes: ofLog, usualMinutes, hand, schedule }: Examination,
): Promise<Measured> {
  const around = candidate.around;
  const host = candidate.smallHost;
  const minutes = ofHost(ofLog, host);
  const [usualOfAll, usualOfOthers] = [ofHost(view.usual, host), ofHost(view.usualOfOthers, host)];
  const length = candidate.end - candidate.start;
  const before = { from: around.from - length, until: around.from };
  const fold = rareFolder(minutes, usualOfAll);
  const folded = minutes.map((each) => ({
    ...each,
    ...{ signature: fold(each.signature), original: each.signature },
  }));
  const folding = (all: readonly Counted[]): Counted[] =>
    all.map((each) => ({ ...each, signature: fold(each.signature) }));
  const usual = { withKnown: folding(usualOfAll), ofOthers: folding(usualOfOthers) };
  const windowMinutes = minutesIn(within(around, view.whole));
  const inWindow = windowOf(view, around);
  const [seen, countries, bots, askedAgain, { sent, ...volumeBefore }, known, retries] = await Promise.all([
    sourceRows(analyst, { window: inWindow, fold }),
    countriesFor(analyst, { hand, around, window: inWindow }),
    verifiedBots(analyst, { view, around, before }),
    askedAgainIn(analyst, { window: inWindow, fold }),
    volumeOf(analyst, { view, span: before, hand }),
    seenBefore(analyst, { view, around }),
    retriesOf(analyst, { candidate, around, before, ...view }),
  ]);
  const ruled = ruleWindow(
    { minutes: folded, rows: ofHost(seen, host) },
    {
      ...{ hand, around, countries },
      compare: (window, against) =>
        compareComposition({ window, windowMinutes, usual: usual[against], usualMinutes }),
    },
  );
  const { composition, rows } = ruled;
  const judged = judgeSources(rows, composition);
  // It reads the whole log: only where something grew.
  const grew = composition.attackKeys.size > 0;
  const refused = grew ? await refusedTemplates(analyst, { view, around, windows }) : [];
  return {
    evidence: {
      composition,
      rows,
      minutes: keyed(ruled.minutes),
      before: volumeBefore,
      known,
      expected: host === null ? candidate.expectedAtPeak * windowMinutes : null,
      schedule,
      asked: askedPages(ruled.minutes, { usual: usualOfAll, attackKeys: composition.attackKeys }),
      ...{ refused, askedAgain, retries },
      verifiedBots: bots,
    },
    justBefore:
      candidate.forced || host !== null ? null : { sent, minutes: minutesIn(before), windowMinutes },
    robots: steadyRobots(
      { rows, minutes: windowMinutes },
      { counted: usualOfAll, minutes: usualMinutes },
      composition,
    ),
    candidate,
    around,
    before,
    composition,
    rows,
    judged,
    volumeBefore,
    hand: ruled.hand,
    verifiedBots: bots,
    ...{ refused, askedAgain },
    minutes: ruled.minutes.map(({ original, ...each }) => each),
  };
}

/** Minutes as the verdict takes them. */
export function keyed(minutes: Examined['minutes']): { minute: number; key: string; requests: number }[] {
  return minutes.map(({ minute, signature, requests }) => ({
    minute,
    key: signatureKey(signature),
    requests,
  }));
}
