/** The sentences that the first page and the terminal summary share. None names an actor. */
import { type Inline, inlines, type Text } from './blocks.ts';
import { shownValue, shownWords, visible } from './hostile-text.ts';
import type { ObservedWindow, ReportModel, Share } from './model.ts';
import {
  ATTACK_KINDS,
  bytes,
  count,
  counted,
  day,
  enumerated,
  ofTheKind,
  share,
  span,
  spoofable,
  time,
  unit,
  VANTAGES,
} from './words.ts';

export const SYNTHETIC = 'SYNTHETIC: simulated traffic. It says nothing about the world.';
export const MACHINES = 'Addresses are machines used, not who used them.';
export const RANKS = 'Ranks are not probabilities.';

export const FINDINGS = {
  attack: 'attack observed',
  'no-attack': 'no attack observed',
  'cannot-say': 'these logs cannot say',
} as const;

export const ACCESS = {
  signs: 'Signs of access to data.',
  'no-sign': 'No sign of access to data in what was examined.',
  'cannot-say': 'These logs cannot say whether data was accessed.',
} as const;

export function title(model: ReportModel): string {
  const starts = model.windows.map((window) => window.start).sort();
  const ends = model.windows.map((window) => window.end).sort();
  const [from, end] =
    starts.length > 0 ? [starts[0]!, ends.at(-1)!] : [model.period?.from, model.period?.until];
  if (!from || !end) return `Forensic report: ${FINDINGS[model.finding]}`;
  // An interval that ends at midnight does not touch the day that begins then.
  const until = Number.isNaN(Date.parse(end)) ? end : new Date(Date.parse(end) - 1).toISOString();
  const when = day(from) === day(until) ? day(from) : `${day(from)} to ${day(until)}`;
  return `Forensic report: ${FINDINGS[model.finding]}, ${when}`;
}

/** The queries of figures that name none themselves. */
export const sectionQueries = (model: ReportModel, section: string): readonly string[] =>
  model.section_queries?.[section] ?? [];

export const status = (model: ReportModel): string =>
  model.assessment.status === 'reviewed'
    ? 'Reviewed: a named analyst reviewed this assessment'
    : 'Machine draft: no analyst has reviewed this report';

/** `TLP:AMBER` as the model has it; anything but a TLP 2.0 label is shown and never obeyed. */
export const tlp = (model: ReportModel): string => shownValue(model.tlp, 24);

export const when = (window: ObservedWindow): string =>
  `Observed from ${span(window.start, window.end, ' until ')}, with the peak at ${time(window.peak_at)}.${grew(window)}`;

const grew = ({ onset }: ObservedWindow): string =>
  onset ? ` It grew from little: it began between ${span(onset.from, onset.until, ' and ')}.` : '';

/** Machines that answered and were misused, rather than machines that attacked. */
const reflected = ({ surface, kind, techniques }: ObservedWindow): boolean =>
  surface === 'network' &&
  (kind === 'udp-reflection' || techniques.some((one) => one.endsWith('-reflection')));

function sourcesOf(window: ObservedWindow): string {
  if (window.sources === null) return '';
  if (reflected(window)) return ` from at least ${counted(window.sources, 'reflector')}`;
  return ` from at least ${counted(window.sources, 'address', 'addresses')}${spoofable(window) ? ' (unverified, spoofable)' : ''}`;
}

const NO_SOURCES: Record<ObservedWindow['surface'], string> = {
  http: '; the log gives no client address',
  network: '; source addresses of such packets can be forged and are not counted',
  dns: '; those who asked were resolvers and are not counted',
};

export function volume(window: ObservedWindow): Text {
  const what = unit(window.surface);
  const { volume: size } = window;
  const at: Inline[] = window.host === null ? [] : [' for ', { value: window.host }];
  const packets = size ? ` (${count(size.packets)} packets, ${bytes(size.bytes)})` : '';
  const peak = size
    ? ` The busiest minute of packets held ${count(size.peak_packets_per_minute)}, that of bytes ${bytes(size.peak_bytes_per_minute)}.`
    : '';
  return [
    `At least ${count(window.requests)} attack ${what}${packets}${sourcesOf(window)} reached ${VANTAGES[window.vantage]}`,
    ...at,
    `${window.sources === null ? NO_SOURCES[window.surface] : ''}. `,
    `The peak was ${count(window.peak_per_minute)} ${what} a minute, where ${count(window.baseline.expected_per_minute)} ${ofTheKind(window)}were expected.${peak}`,
  ];
}

export function stopped(window: ObservedWindow): string {
  const place = VANTAGES[window.vantage];
  if (window.surface === 'network' && window.mitigated !== null)
    return `Rejected at ${place}, where they had arrived: ${share(window.mitigated, window.requests)}.`;
  if (window.surface !== 'http') return 'The log does not say what was stopped.';
  if (window.mitigated === null && window.reached_origin === null) {
    return 'The log says neither what was stopped nor what reached the origin.';
  }
  const first =
    window.mitigated === null
      ? 'The log does not say what was stopped'
      : `Stopped at ${place}: ${share(window.mitigated, window.requests)}`;
  const second =
    window.reached_origin === null
      ? 'it does not say what reached the origin'
      : `reached the origin: ${share(window.reached_origin, window.requests)}`;
  return `${first}; ${second}.`;
}

export const windowTitle = (window: ObservedWindow): string =>
  `${window.id}: ${ATTACK_KINDS[window.kind]}${window.forced ? ' (window given by the analyst)' : ''}`;

/** `Brazil (BR) 412,003 of 1,301,220 (31.7 %)`, the largest first. */
export function leading(shares: readonly Share[], most: number): string {
  const largest = [...shares].sort((a, b) => b.numerator - a.numerator).slice(0, most);
  return enumerated(largest.map((one) => `${one.label} ${share(one.numerator, one.denominator)}`));
}

export function worstGaps(model: ReportModel, most: number): string[] {
  return [...model.coverage.gaps]
    .sort((a, b) => b.minutes - a.minutes || a.from.localeCompare(b.from, 'en'))
    .slice(0, most)
    .map((gap) => `${span(gap.from, gap.until)} (${counted(gap.minutes, 'minute')}): ${gap.sentence}`);
}

/** A text without its markup, for the terminal. Queries are left out. */
export function plainText(text: Text): string {
  return inlines(text)
    .map((inline) => {
      if (typeof inline === 'string') return shownWords(inline);
      if ('value' in inline) return shownValue(inline.value, 60);
      if ('strong' in inline) return shownWords(inline.strong);
      if ('trusted' in inline) return visible(inline.trusted);
      return '';
    })
    .join('');
}
