/** What a person reads aloud: at most ten lines, each a sentence or the rest of one. */
import { shorten, shownValue, shownWords } from './hostile-text.ts';
import type { ObservedWindow, ReportModel, Share } from './model.ts';
import { ACCESS } from './sentences.ts';
import {
  count,
  counted,
  enumerated,
  ofTheKind,
  percent,
  SURGE_KINDS,
  share,
  span,
  time,
  unit,
  VANTAGES,
} from './words.ts';

const MOST_LINES = 10;

/** The ways to say one thing, from long to short; the last is empty where it can go. Lower `weight` gives way first. */
type Saying = { weight: number; ways: readonly [string, ...string[]] };

export function renderSummary(
  model: ReportModel,
  options: { reportPath: string; columns?: number },
): string[] {
  const columns = Math.max(40, options.columns ?? 80);
  const room = MOST_LINES - 1;
  const sayings = sayingsOf(model, columns).map((saying) => ({
    weight: saying.weight,
    ways: saying.ways.map((way) => wrapped(shownWords(way), columns)),
    way: 0,
  }));
  const total = () => sayings.reduce((sum, saying) => sum + saying.ways[saying.way]!.length, 0);
  const lightest = [...sayings].sort((a, b) => a.weight - b.weight);
  // What the rest says too goes first; then everything is said shorter before anything is left out; then the
  // heaviest get back what room is left.
  for (const least of [1, 0]) {
    for (const saying of lightest) {
      const floor = saying.weight <= 1 ? 0 : least;
      while (total() > room && (saying.ways[saying.way + 1]?.length ?? -1) >= floor) saying.way += 1;
    }
  }
  for (const saying of lightest.reverse()) {
    const now = saying.way;
    saying.way = saying.ways.findIndex(
      (way) => total() - saying.ways[now]!.length + way.length <= room || way === saying.ways[now],
    );
  }
  const lines = sayings.flatMap((saying) => saying.ways[saying.way]!);
  return [...lines.slice(0, room), `Report: ${shownValue(options.reportPath, 400)}`];
}

function sayingsOf(model: ReportModel, columns: number): Saying[] {
  const window = [...model.windows].sort((a, b) => b.requests - a.requests)[0];
  return [
    { weight: 9, ways: finding(model, columns) },
    ...(window ? attack(model, window) : [{ weight: 8, ways: surges(model) }]),
    { weight: 6, ways: limits(model) },
  ];
}

function finding(model: ReportModel, columns: number): [string, ...string[]] {
  const short = shorten(shownWords(model.sentence), columns * 2);
  if (!model.synthetic) return [model.sentence, short];
  return [`SYNTHETIC. ${model.sentence}`, `SYNTHETIC. ${short}`];
}

const attack = (model: ReportModel, window: ObservedWindow): Saying[] => [
  { weight: 8, ways: [observed(model.windows, 3), observed(model.windows, 2), observed(model.windows, 1)] },
  { weight: 7, ways: [peak(window)] },
  { weight: 5, ways: [sources(model, 3), sources(model, 2), sources(model, 1)] },
  { weight: 1, ways: [...stoppedOf(window), ''] },
  { weight: 4, ways: users(model) },
];

/** What users felt: of the attack first, then of the defence. */
function users(model: ReportModel): [string, ...string[]] {
  const { attack_caused, mitigation_caused } = model.impact;
  const [attack, defence] = [attack_caused[0]?.sentence, mitigation_caused[0]?.sentence];
  if (!attack && !defence) return ['Effect: none was measured, of the attack or of the defence.'];
  const short = (sentence: string): string => sentence.replace(/ \([^()]*\)(?=[.,])/g, '').replace(/\.$/, '');
  const both = [attack, defence].filter((sentence) => sentence !== undefined);
  return [`Effect: ${both.map(short).join('; ')}.`, `Effect: ${short(both[0]!)}.`];
}

/** To the minute, outwards: the report has the milliseconds. */
function observed(windows: readonly ObservedWindow[], most: number): string {
  const minute = (at: string, round: (value: number) => number): string =>
    new Date(round(Date.parse(at) / 60_000) * 60_000).toISOString();
  const shown = windows
    .slice(0, most)
    .map(
      ({ id, start, end }) =>
        `${id} ${span(minute(start, Math.floor), minute(end, Math.ceil)).replace(/ UTC$/, '')}`,
    );
  const rest = windows.length - shown.length;
  return `Observed (UTC): ${enumerated(shown)}${rest > 0 ? `; ${count(rest)} more` : ''}.`;
}

const peak = (window: ObservedWindow): string =>
  `Peak at ${VANTAGES[window.vantage]}: ${count(window.peak_per_minute)} ${unit(window.surface)} a minute, ` +
  `${time(window.peak_at)}; ${count(window.baseline.expected_per_minute)} ${ofTheKind(window)}expected.`;

function sources(model: ReportModel, most: number): string {
  if (model.sources_answer === 'cannot-say') {
    return `Sources: these logs cannot say. ${most > 1 ? (model.sources_reason ?? '') : ''}`.trim();
  }
  // Below HTTP none but reflectors and unverified senders are listed.
  if (model.windows.length > 0 && model.windows.every(({ surface }) => surface !== 'http')) {
    const listed = model.windows.filter((window) => window.sources !== null);
    return listed.every(({ kind }) => kind !== 'udp-flood')
      ? `At least ${counted(model.sources_count, 'reflector')}, misused and not the attacker's; where the traffic came from these logs cannot say.`
      : `At least ${counted(model.sources_count, 'address', 'addresses')} listed, unverified or misused; where the traffic came from these logs cannot say.`;
  }
  const machines = `At least ${counted(model.sources_count, 'address', 'addresses')}`;
  if (model.countries.length > 0)
    return `${machines}; ${model.countries[0]!.basis === 'provider' ? 'logged' : 'registered'}: ${largest(model.countries, most)}.`;
  if (model.networks.length > 0) return `${machines}; networks: ${largest(model.networks, most)}.`;
  return `${machines}. ${model.countries_reason ?? ''}`.trim();
}

/** `Brazil 31.8 %, Russia 20.3 % of 1,297,220`, where they share what they are a share of. */
function largest(shares: readonly Share[], most: number): string {
  const shown = [...shares].sort((a, b) => b.numerator - a.numerator).slice(0, most);
  const [whole] = shown.map((one) => one.denominator);
  const one = shown.every((each) => each.denominator === whole);
  if (!one || whole === undefined) {
    return shown.map((each) => `${each.label} ${share(each.numerator, each.denominator)}`).join(', ');
  }
  return `${shown.map((each) => `${each.label} ${percent(each.numerator, each.denominator)}`).join(', ')} of ${count(whole)}`;
}

function stoppedOf(window: ObservedWindow): [string, ...string[]] {
  const reached =
    window.reached_origin === null ? '' : `; ${count(window.reached_origin)} reached the origin`;
  if (window.mitigated === null) {
    return [
      reached
        ? `Reached the origin: ${share(window.reached_origin!, window.requests)}.`
        : 'The log does not say what was stopped.',
    ];
  }
  const first = `Stopped at ${VANTAGES[window.vantage]}: ${share(window.mitigated, window.requests)} in ${window.id}`;
  return [`${first}${reached}.`, `${first}.`];
}

function surges(model: ReportModel): [string, ...string[]] {
  const [first] = model.surges;
  if (model.period === null) return ['There are no events to examine.'];
  const about = model.focus ?? model.period;
  const examined = `Examined: ${span(about.from, about.until)}`;
  if (!first)
    return [model.finding === 'cannot-say' ? `${examined}.` : `${examined}; no surge over what is usual.`];
  const rest = model.surges.length - 1;
  const short =
    `Surge (${SURGE_KINDS[first.kind]}): ${span(first.start, first.end)}, ${count(first.requests)} ${unit(first.surface)}` +
    `${rest > 0 ? `; ${counted(rest, 'more surge')}` : ''}.`;
  return [`${examined}. ${short} ${first.sentence}`, `${short} ${first.sentence}`, short];
}

/** Whether data was accessed, and how much else these logs leave open. */
function limits(model: ReportModel): [string, ...string[]] {
  const access = ACCESS[model.data_access.answer];
  const rest = model.cannot_say.length;
  if (rest === 0) return [access];
  return [`${access} ${counted(rest, 'point')} that they leave open: see the report.`, access];
}

/** Wraps at spaces; a word longer than a line is broken, since it came out of a log. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((one) => one !== '')) {
    if (line !== '' && [...line].length + 1 + [...word].length > columns) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
    while ([...line].length > columns) {
      lines.push([...line].slice(0, columns).join(''));
      line = `  ${[...line].slice(columns).join('')}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
