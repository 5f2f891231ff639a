/** What an investigator reads before turning the page. It states what was observed and names no actor. */
import type { Block, Section, Text } from '../blocks.ts';
import { inlines } from '../blocks.ts';
import type { Measure, ObservedWindow, ReportModel } from '../model.ts';
import {
  leading,
  MACHINES,
  sectionQueries,
  stopped,
  volume,
  when,
  windowTitle,
  worstGaps,
} from '../sentences.ts';
import { count, counted, span, unit, VANTAGES } from '../words.ts';

/** More than these, and the first page is a table of the section on the timeline. */
const MOST_WINDOWS = 4;

export function firstPage(model: ReportModel): Section {
  const blocks: Block[] = [{ is: 'paragraph', text: model.sentence, tone: 'lead' }];
  blocks.push({ is: 'facts', items: facts(model) });
  return { id: 'first-page', title: 'What was observed', blocks };
}

function facts(model: ReportModel): { term: string; text: Text }[] {
  const items: { term: string; text: Text }[] = [];
  const largest = [...model.windows].sort((a, b) => b.requests - a.requests).slice(0, MOST_WINDOWS);
  for (const window of model.windows.filter((one) => largest.includes(one))) {
    items.push({ term: windowTitle(window), text: windowText(window) });
  }
  const rest = model.windows.length - largest.length;
  if (rest > 0)
    items.push({ term: 'More windows', text: `${counted(rest, 'smaller window')} under Timeline.` });
  if (model.windows.length === 0) items.push({ term: 'Windows', text: noWindow(model) });
  if (model.surges.length > 0) items.push({ term: 'Surges', text: surgesText(model) });
  items.push({ term: 'Came from', text: originText(model) });
  if (model.windows.length > 0) {
    items.push({ term: 'Effect of the attack', text: effect(model.impact.attack_caused) });
    items.push({ term: 'Effect of the defence', text: effect(model.impact.mitigation_caused) });
  }
  items.push({
    term: 'Data access',
    text: [model.data_access.sentence, { queries: sectionQueries(model, 'data_access') }],
  });
  const suspects = (model.case?.known_sources ?? []).filter((source) => source.attack_requests > 0);
  if (model.case?.hosts) items.push({ term: 'Hosts', text: model.case.hosts.sentence });
  if (suspects.length > 0)
    items.push({ term: 'Left out', text: suspects.map(({ sentence }) => sentence).join(' ') });
  items.push({ term: 'Gaps in the logs', text: gapsText(model) });
  return items;
}

const windowText = (window: ObservedWindow): Text => [
  `${when(window)} `,
  ...inlines(volume(window)),
  ` ${stopped(window)}`,
  { queries: window.queries },
];

function noWindow(model: ReportModel): Text {
  const about = model.focus ?? model.period;
  const examined = about ? ` in the logs of ${span(about.from, about.until)}` : '';
  if (model.period === null) return 'There are no events to examine.';
  return model.finding === 'no-attack'
    ? `No window of attack was observed${examined}.`
    : `No window of attack is stated${examined}.`;
}

function surgesText(model: ReportModel): Text {
  return model.surges
    .slice(0, 3)
    .flatMap((surge, index) => [
      `${index === 0 ? '' : ' '}${span(surge.start, surge.end, ' until ')}: at least ${count(surge.requests)} ` +
        `${unit(surge.surface)} at ${VANTAGES[surge.vantage]}. ${surge.sentence}`,
      { queries: surge.queries },
    ]);
}

function originText(model: ReportModel): Text {
  if (model.sources_answer === 'cannot-say') {
    return `These logs cannot say. ${model.sources_reason ?? ''}`.trim();
  }
  if (model.sources_count === 0) return 'No attacking address is listed.';
  const parts: Text[] = [`At least ${counted(model.sources_count, 'address', 'addresses')}`];
  if (model.sources !== null) parts.push([', every one of them in ', { value: model.sources }]);
  parts.push(['. ', { strong: MACHINES }]);
  if (model.sources_reason !== null) parts.push(` ${model.sources_reason}`);
  if (model.countries.length > 0) {
    parts.push([
      ` Most attack requests came from addresses registered or declared in: ${leading(model.countries, 3)}`,
      { queries: sectionQueries(model, 'countries') },
      '.',
    ]);
  } else if (model.countries_reason) parts.push(` ${model.countries_reason}`);
  if (model.networks.length > 0) {
    parts.push([
      ` Largest networks: ${leading(model.networks, 2)}`,
      { queries: sectionQueries(model, 'networks') },
      '.',
    ]);
  }
  return parts.flatMap((part) => [...inlines(part)]);
}

function effect(measures: readonly Measure[]): Text {
  if (measures.length === 0) return 'None was measured in these logs.';
  const told = measures
    .slice(0, 2)
    .flatMap((measure, index) => [
      `${index === 0 ? '' : ' '}${measure.sentence}`,
      { queries: [measure.query] },
    ]);
  return measures.length > 2 ? [...told, ` ${count(measures.length - 2)} more under Effect.`] : told;
}

function gapsText(model: ReportModel): Text {
  const worst = worstGaps(model, 3);
  const rest = model.coverage.gaps.length - worst.length;
  if (worst.length === 0) return model.coverage.sentence;
  return `${worst.join(' ')}${rest > 0 ? ` ${counted(rest, 'more gap')} under Coverage.` : ''}`;
}
