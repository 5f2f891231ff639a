import type { Analyst, Row } from '../catalogue/engine.ts';
import { askedPages } from '../detection/asked-pages.ts';
import type { Candidate } from '../detection/candidates.ts';
import {
  countKnown,
  endOf,
  type MinuteRow,
  type MinuteSeries,
  minuteSeries,
  outermostLogs,
} from '../detection/minute-series.ts';
import type { RefusedTemplate } from '../detection/refusal-test.ts';
import {
  type Composition,
  type Counted,
  compareComposition,
  rareFolder,
  type Signature,
  signatureKey,
} from '../detection/signatures.ts';
import { type JudgedSource, judgeSources, type SourceRow } from '../detection/sources.ts';
import { type Verdict, verdictOf } from '../detection/verdict.ts';
import type { CaseAccount } from '../report/model.ts';
import { seenBefore, volumeOf } from './before-window.ts';
import { findCandidates } from './find-candidates.ts';
import { type HandInWindow, ruleWindow } from './hand-in-window.ts';
import { hostsOfCase } from './hosts-of-case.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { refusedTemplates } from './refusals.ts';
import { withoutRepeats } from './repeated-minutes.ts';
import { retriesOf } from './retries.ts';
import { num, signatureOf, sourceRows, str, time } from './signature-rows.ts';
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
  /** Requests once each, and rows with those that repeat a request id. */
  minutes: { minute: number; signature: Signature; requests: number; rows: number }[];
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
  usual: Counted[];
  usualOfOthers: Counted[];
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
    candidates.map((candidate) => signatureMinutes(analyst, { view, around: candidate.around })),
  );
  view.usual = await usualSignatures(analyst, { view, minutes: minutes.flat() });
  view.usualOfOthers = await usualWithoutKnown(analyst, {
    ...{ view, caseFile: hand.caseFile, around: candidates.map(({ around }) => around) },
  });
  const usualMinutes =
    stretches.reduce((sum, { requests }) => sum + countKnown(requests), 0) -
    candidates.reduce((sum, candidate) => sum + minutesIn(within(candidate.around, whole)), 0);
  view.examined = await Promise.all(
    [...candidates.entries()]
      .filter(([, candidate]) => inFocus(candidate))
      .map(([index, candidate]) =>
        examine(analyst, { view, candidate, minutes: minutes[index]!, usualMinutes, hand }),
      ),
  );
  return view;
}

function within(span: Span, whole: Span): Span {
  return { from: Math.max(span.from, whole.from), until: Math.min(span.until, whole.until) };
}

async function signatureMinutes(
  analyst: Analyst,
  { view, around }: { view: LogView; around: Span },
): Promise<Examined['minutes']> {
  const rows = await analyst.ask('technique/signature-minutes', windowOf(view, around));
  return rows.map((row) => ({
    minute: time(row.minute),
    signature: signatureOf(row),
    requests: num(row.requests) - num(row.repeats),
    rows: num(row.requests),
  }));
}

/** Signatures of the whole log less those around its candidates. */
async function usualSignatures(
  analyst: Analyst,
  { view, minutes }: { view: LogView; minutes: Examined['minutes'] },
): Promise<Counted[]> {
  // Rows on both sides: an id that stands within a candidate and outside would be taken from what it was not in.
  const rows = await analyst.ask('technique/signatures', { ...windowOf(view, view.whole), repeats: '0' });
  const left = new Map<string, Counted>();
  for (const row of rows) {
    const signature = signatureOf(row);
    left.set(signatureKey(signature), { signature, requests: num(row.requests) });
  }
  for (const { signature, rows: taken } of minutes) left.get(signatureKey(signature))!.requests -= taken;
  return [...left.values()].filter(({ requests }) => requests > 0);
}

type Examination = {
  view: LogView;
  candidate: Candidate;
  minutes: Examined['minutes'];
  usualMinutes: number;
  hand: InvestigatorsHand;
};

async function examine(
  analyst: Analyst,
  { view, candidate, minutes, usualMinutes, hand }: Examination,
): Promise<Examined> {
  const around = candidate.around;
  const length = candidate.end - candidate.start;
  const before = { from: around.from - length, until: around.from };
  const fold = rareFolder(minutes, view.usual);
  const folded = minutes.map((each) => ({
    ...each,
    ...{ signature: fold(each.signature), original: each.signature },
  }));
  const folding = (all: readonly Counted[]): Counted[] =>
    all.map((each) => ({ ...each, signature: fold(each.signature) }));
  const usual = { withKnown: folding(view.usual), ofOthers: folding(view.usualOfOthers) };
  const windowMinutes = minutesIn(within(around, view.whole));
  const seen = await sourceRows(analyst, { window: windowOf(view, around), fold });
  const ruled = ruleWindow(
    { minutes: folded, rows: seen },
    {
      hand,
      around,
      countries: await countriesFor(analyst, { hand, around, window: windowOf(view, around) }),
      compare: (window, against) =>
        compareComposition({ window, windowMinutes, usual: usual[against], usualMinutes }),
    },
  );
  const { composition, rows } = ruled;
  const judged = judgeSources(rows, composition);
  const bots = await verifiedBots(analyst, { view, around, before });
  // It reads the whole log: only where something grew.
  const refused = composition.attackKeys.size > 0 ? await refusedTemplates(analyst, { view, around }) : [];
  const volumeBefore = await volumeOf(analyst, { view, span: before, hand });
  const verdict = verdictOf({
    composition,
    rows,
    minutes: keyed(ruled.minutes),
    judged,
    before: volumeBefore,
    known: await seenBefore(analyst, { view, around }),
    asked: askedPages(ruled.minutes, { usual: view.usual, attackKeys: composition.attackKeys }),
    refused,
    verifiedBots: bots,
    retries: await retriesOf(analyst, { candidate, around, before, ...view }),
  });
  return {
    candidate,
    around,
    before,
    composition,
    rows,
    judged,
    verdict,
    volumeBefore,
    hand: ruled.hand,
    verifiedBots: bots,
    refused,
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
