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
  sourcesAnswer: ReportModel['sources_answer'];
  dataAccess: { said: ReportModel['data_access']['answer']; truth: Truth['data_access'] };
};

export type Rates = { precision: number | null; recall: number | null };

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

export function judge(truth: Truth, report: ReportModel, sources: readonly NamedSource[]): Judgement {
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
    sourcesAnswer: report.sources_answer,
    dataAccess: { said: report.data_access.answer, truth: truth.data_access },
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
