/** Holds a report against the truth of its scenario. */
import type { ReportModel } from '../src/report/model.ts';
import type { Truth } from '../src/simulate/truth.ts';

/** A row of the file of sources, as far as it is judged. */
export type NamedSource = { address: string; attackRequests: number };

export type Judgement = {
  /** Windows of the truth, and those that a window of the report overlaps. */
  windows: { true: number; found: number; false: number };
  /** Seconds by which the report's start and end lie after the truth's, one of each group of windows that overlap. */
  startSeconds: number[];
  endSeconds: number[];
  /** Found windows that are called what they are. */
  kinds: { found: number; right: number };
  /** Those of the truth, those that a surge of the report calls what they are, and those that are none of both truths. */
  surges: { true: number; right: number; false: number };
  /** Windows that grew from little, and those whose true beginning the report's interval holds. */
  onsets: { told: number; held: number };
  /** Right among those that are named, and named among those that are right; null where there is nothing to divide. */
  addresses: Rates;
  requests: Rates;
  /** Right: addresses are named where a log has them, and none where none has. */
  sourcesAnswer: { said: ReportModel['sources_answer']; right: boolean };
  /** Right: the answer that logs and case file bear, and what was done there among the findings. */
  dataAccess: { said: ReportModel['data_access']['answer']; truth: Truth['data_access']; right: boolean };
  coverage: CoverageJudgement;
};

export type Rates = { precision: number | null; recall: number | null };

export type CoverageJudgement = {
  /** Times that never arrived, those of which a gap of the report holds all but a minute at each end, and gaps that are none. */
  gaps: { true: number; found: number; false: number };
  /** Requests that arrived once more, and those that the report counts as repeated. */
  repeats: { true: number; said: number };
};

type Span = { from: number; until: number; surface?: string };

/** In time, and on one surface where both name theirs. */
const overlap = (one: Span, other: Span): boolean =>
  one.from < other.until &&
  other.from < one.until &&
  (one.surface === undefined || other.surface === undefined || one.surface === other.surface);
const spanOf = ({ from, until }: { from: string; until: string }): Span => ({
  from: Date.parse(from),
  until: Date.parse(until),
});
const observed = ({ start, end }: { start: string; end: string }): Span =>
  spanOf({ from: start, until: end });

/** `isWhole`: no object was lost but those that the truth knows of; else a gap more is none that is false. */
export function judge(
  truth: Truth,
  report: ReportModel,
  sources: readonly NamedSource[],
  { isWhole = true }: { isWhole?: boolean } = {},
): Judgement {
  const trueWindows = truth.windows.map((window) => ({
    ...spanOf(window),
    kind: window.kind as string,
    surface: window.surface ?? 'http',
  }));
  const said = report.windows.map((window) => ({
    ...observed(window),
    kind: window.kind as string,
    surface: window.surface ?? 'http',
  }));
  const found = trueWindows.filter((window) => said.some((each) => overlap(window, each)));
  const groups = groupsOf(trueWindows, said);
  return {
    windows: {
      true: trueWindows.length,
      found: found.length,
      false: said.filter((each) => !trueWindows.some((window) => overlap(window, each))).length,
    },
    startSeconds: groups.map(({ actual, told }) => (told.from - actual.from) / 1000),
    endSeconds: groups.map(({ actual, told }) => (told.until - actual.until) / 1000),
    kinds: {
      found: found.length,
      right: found.filter((window) => said.some((each) => overlap(window, each) && each.kind === window.kind))
        .length,
    },
    surges: {
      true: truth.surges.length,
      right: truth.surges.filter((surge) =>
        report.surges.some((each) => each.kind === surge.kind && overlap(spanOf(surge), observed(each))),
      ).length,
      false: report.surges.filter(
        (each) =>
          ![...truth.surges.map(spanOf), ...trueWindows].some((span) => overlap(span, observed(each))),
      ).length,
    },
    onsets: onsetsOf(trueWindows, report),
    ...ratesOf(truth, sources),
    sourcesAnswer: {
      said: report.sources_answer,
      right:
        report.sources_answer === (truth.sources_answer ?? 'listed') &&
        (truth.sources_answer === undefined || sources.length === 0),
    },
    dataAccess: judgeAccess(truth, { report, isWhole }),
    coverage: judgeCoverage(truth, { report, isWhole }),
  };
}

function judgeAccess(
  truth: Truth,
  { report: { data_access }, isWhole }: { report: ReportModel; isWhole: boolean },
): Judgement['dataAccess'] {
  const { data_access: was, data_access_addresses: intruders = [], data_access_answer } = truth;
  const { findings } = data_access;
  // Objects that were lost bear no answer that nobody was there.
  const borne = data_access_answer === 'no-sign' && !isWhole ? undefined : data_access_answer;
  const isTold =
    intruders.every((address) =>
      findings.some(
        ({ addresses, sentence }) => addresses.includes(address) && !sentence.includes('needs confirmation'),
      ),
    ) &&
    (was !== 'by-staff' || findings.some(({ sentence }) => sentence.includes('needs confirmation')));
  return {
    said: data_access.answer,
    truth: was,
    right: data_access.answer === (borne ?? 'cannot-say') && isTold,
  };
}

/** A gap begins and ends with a minute of the log, which its last and first record may lie within. */
const GAP_EDGE_MS = 60_000;

function judgeCoverage(
  { coverage: actual }: Truth,
  { report, isWhole }: { report: ReportModel; isWhole: boolean },
): CoverageJudgement {
  const missing = (actual?.missing ?? []).map(spanOf);
  const told = report.coverage.gaps.map(spanOf);
  const holds = (gap: Span, time: Span): boolean =>
    gap.from <= time.from + GAP_EDGE_MS && gap.until >= time.until - GAP_EDGE_MS;
  return {
    gaps: {
      true: missing.length,
      found: missing.filter((time) => told.some((gap) => holds(gap, time))).length,
      false: isWhole ? told.filter((gap) => !missing.some((time) => overlap(gap, time))).length : 0,
    },
    repeats: {
      true: actual?.repeated_requests ?? 0,
      said: report.coverage.logs.reduce((sum, { duplicates }) => sum + duplicates, 0),
    },
  };
}

function onsetsOf(actual: readonly Span[], { windows }: ReportModel): Judgement['onsets'] {
  const told = windows.flatMap(({ onset }) => (onset ? [spanOf(onset)] : []));
  const held = told.filter(({ from, until }) =>
    actual.some((window) => window.from >= from && window.from < until),
  );
  return { told: told.length, held: held.length };
}

/** Windows of truth and report that overlap, directly or by way of others, from their first to their last moment. */
function groupsOf(actual: readonly Span[], told: readonly Span[]): { actual: Span; told: Span }[] {
  const groups: { actual: Span[]; told: Span[] }[] = [];
  for (const window of told) {
    const met = actual.filter((each) => overlap(each, window));
    if (met.length === 0) continue;
    const known = groups.find((group) => group.actual.some((each) => met.includes(each)));
    if (known) {
      known.told.push(window);
      known.actual.push(...met.filter((each) => !known.actual.includes(each)));
    } else groups.push({ actual: met, told: [window] });
  }
  return groups.map((group) => ({ actual: around(group.actual), told: around(group.told) }));
}

function around(spans: readonly Span[]): Span {
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    until: Math.max(...spans.map(({ until }) => until)),
  };
}

/** By address, each counts once; by request, as often as it asked: as the report counts, of those that it names, and as it was, of all. */
function ratesOf(truth: Truth, sources: readonly NamedSource[]): { addresses: Rates; requests: Rates } {
  // Reflectors are no attackers, and a list that names them as reflectors is right.
  const sent = new Map([
    ...truth.attackers.map((address, index) => [address, truth.attackers_requests[index]!] as const),
    ...(truth.reflectors ?? []).map(
      (address, index) => [address, truth.reflectors_requests![index]!] as const,
    ),
  ]);
  // Nobody can be found whose address no log has; whoever is named all the same is named wrongly.
  if (truth.sources_answer === 'cannot-say') sent.clear();
  const right = sources.filter(({ address }) => sent.has(address));
  const told = (list: readonly NamedSource[]): number =>
    list.reduce((sum, { attackRequests }) => sum + attackRequests, 0);
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const rightRequests = right.reduce((sum, { address }) => sum + sent.get(address)!, 0);
  return {
    addresses: {
      precision: share(right.length, sources.length),
      recall: share(right.length, sent.size),
    },
    requests: {
      precision: share(told(right), told(sources)),
      // Of a flood whose sources are forged there is none to name.
      recall: share(
        rightRequests,
        [...sent.values()].reduce((sum, count) => sum + count, 0),
      ),
    },
  };
}
