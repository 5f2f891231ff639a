/** From where, and by what technique. Where a network is registered is not where a person sat. */
import {
  type Block,
  caution,
  left,
  list,
  note,
  paragraph,
  right,
  type Section,
  type SharesChart,
  type Text,
} from '../blocks.ts';
import type { Cluster, ReportModel, Share } from '../model.ts';
import { MACHINES, sectionQueries } from '../sentences.ts';
import { ATTACK_KINDS, BASIS, count, counted, distance, share, spoofable } from '../words.ts';

/** https://developers.cloudflare.com/radar/ on the origin of attacks; quoted under every country chart. */
export const COUNTRY_CAVEAT =
  'attacks originating from a country does not mean that a given country launched the attacks… the source country could indicate the presence of exit nodes or botnet nodes';
export const REGISTERED =
  'The country is where the network is registered or declared, not where a person sat.';

const MOST_BARS = 10;
const MOST_ROWS = 20;

export function originSection(model: ReportModel): Section {
  const blocks: Block[] = [...addresses(model)];
  if (model.windows.some(spoofable)) {
    blocks.push(
      caution(
        'Below HTTP the source address of a packet is unverified and spoofable: no country or network is counted for such windows, and no address is listed but those of reflectors, which are machines that were misused, and those from which plain UDP came again and again, which nothing verifies.',
      ),
    );
  }
  blocks.push({ is: 'heading', text: 'Countries' }, ...countries(model));
  blocks.push({ is: 'heading', text: 'Networks' }, ...networks(model));
  return { id: 'origin', title: 'Where from: countries and networks', blocks };
}

function addresses(model: ReportModel): Block[] {
  if (model.sources_answer === 'cannot-say') {
    return [
      paragraph(
        `These logs cannot say which addresses sent the attack ${model.windows.every(({ surface }) => surface === 'http') ? 'requests' : 'traffic'}. ${model.sources_reason ?? ''}`.trim(),
      ),
    ];
  }
  const file: Text =
    model.sources === null ? '' : [' All of them, uncapped, are in ', { value: model.sources }, '.'];
  return [
    paragraph([
      `At least ${counted(model.sources_count, 'address', 'addresses')} sent attack ${model.windows.every(({ surface }) => surface === 'http') ? 'requests' : 'traffic'}.`,
      ...(Array.isArray(file) ? file : []),
      { queries: sectionQueries(model, 'sources') },
      ` ${MACHINES}${model.sources_reason === null ? '' : ` ${model.sources_reason}`}`,
    ]),
  ];
}

function countries(model: ReportModel): Block[] {
  if (model.countries.length === 0) return [none(model.countries_reason, 'country')];
  return [
    {
      is: 'chart',
      chart: bars('Countries of the attacking addresses', model.countries, (one) => country(one)),
    },
    { is: 'quote', text: COUNTRY_CAVEAT, by: 'Cloudflare' },
    caution(REGISTERED),
    ...sharesTable({
      caption: 'Attack requests by country, out of all attack requests whose country is known',
      name: 'Country',
      shares: model.countries,
      queries: sectionQueries(model, 'countries'),
      label: country,
    }),
    ...concentration(model, 'country'),
  ];
}

function networks(model: ReportModel): Block[] {
  if (model.networks.length === 0) return [none(model.networks_reason, 'network')];
  return [
    { is: 'chart', chart: bars('Networks of the attacking addresses', model.networks, network) },
    note('The operator of a network is not the attacker.'),
    ...sharesTable({
      caption: 'Attack requests by network, out of all attack requests whose network is known',
      name: 'Network',
      shares: model.networks,
      queries: sectionQueries(model, 'networks'),
      label: network,
    }),
    ...concentration(model, 'network'),
  ];
}

const MANY = { country: 'countries', network: 'networks' } as const;

/** How unevenly the requests fall on what sent them, in one sentence: of one thing there is nothing to say. */
function concentration(model: ReportModel, of: 'country' | 'network'): Block[] {
  const measured = model.concentration?.find((each) => each.of === of && each.things > 1);
  if (!measured) return [];
  const { things, hhi, effective_number, gini, entropy_bits, most_entropy_bits } = measured;
  return [
    note([
      `Concentration: the attack requests are spread over ${counted(things, of, MANY[of])} as unevenly as over ${effective_number.toFixed(1)} equal ones (HHI ${hhi.toFixed(3)}, Gini ${gini.toFixed(3)}, entropy ${entropy_bits.toFixed(2)} of at most ${most_entropy_bits.toFixed(2)} bits).`,
      { queries: sectionQueries(model, MANY[of]) },
    ]),
  ];
}

const none = (reason: string | null, what: string): Block =>
  paragraph(reason ?? `No attack request has a ${what} in these logs.`);

/** Some builders put the key into the label already. */
const country = (one: Share): string =>
  one.label === one.key || one.label.includes(`(${one.key})`) ? one.label : `${one.label} (${one.key})`;
const network = (one: Share): string =>
  one.label.startsWith(`AS${one.key}`) ? one.label : `AS${one.key} ${one.label}`;

function bars(title: string, shares: readonly Share[], label: (one: Share) => string): SharesChart {
  const shown = shares.slice(0, MOST_BARS);
  return {
    kind: 'shares',
    title,
    description:
      `The ${counted(shown.length, 'largest share', 'largest shares')} of the attack requests, with what is usual here. ` +
      'The table below holds the same numbers.',
    bars: shown.map((one) => ({
      label: label(one),
      text: share(one.numerator, one.denominator),
      share: one.denominator === 0 ? 0 : one.numerator / one.denominator,
      usual: one.usual_denominator === 0 ? null : one.usual_numerator / one.usual_denominator,
    })),
  };
}

type SharesTable = {
  caption: string;
  name: string;
  shares: readonly Share[];
  queries: readonly string[];
  label: (one: Share) => string;
};

/** What all rows have in common is said once, over them. */
function sharesTable(options: SharesTable): Block[] {
  const { shares, queries } = options;
  const grounds = new Set(shares.map(ground));
  const one = grounds.size === 1;
  const compared = shares.some((each) => each.dataset_numerator !== null);
  const table: Block = {
    is: 'table',
    caption: options.caption,
    fold_after: MOST_ROWS,
    columns: [
      left(options.name),
      right('Attack requests'),
      right('Addresses'),
      right('Usual here'),
      ...(compared ? [right('Data set agrees on')] : []),
      ...(one ? [] : [left('Basis, data set, distance')]),
    ],
    rows: shares.map((each) => [
      options.label(each),
      share(each.numerator, each.denominator),
      count(each.sources),
      share(each.usual_numerator, each.usual_denominator),
      ...(compared
        ? [each.dataset_numerator === null ? 'not compared' : share(each.dataset_numerator, each.numerator)]
        : []),
      ...(one ? [] : [ground(each)]),
    ]),
  };
  const said = one ? `Basis: ${[...grounds][0]}. ` : '';
  return [note([`${said}Usual here: all requests outside every window.`, { queries }]), table];
}

const ground = (one: Share): string =>
  `${BASIS[one.basis]}, ${one.dataset}, ` +
  (one.distance_days === null
    ? 'at the time of the request'
    : `${distance(one.distance_days)} from the events`);

export function techniquesSection(model: ReportModel): Section {
  const blocks: Block[] = [];
  if (model.windows.length === 0) blocks.push(paragraph('No window, so no technique.'));
  else blocks.push(techniquesTable(model));
  const because = model.windows.flatMap((window) =>
    window.attack_because.map((one): Text => [{ strong: one.id }, ` (${window.id}): ${one.because}`]),
  );
  if (because.length > 0) {
    blocks.push({ is: 'heading', text: 'MITRE ATT&CK, and why' }, list(because));
  }
  if (model.clusters.length > 0)
    blocks.push({ is: 'heading', text: 'Clusters of requests' }, clustersTable(model));
  return { id: 'techniques', title: 'Techniques', blocks };
}

const techniquesTable = (model: ReportModel): Block => ({
  is: 'table',
  caption: 'Techniques by window',
  columns: [left('Window'), left('Kind'), left('Techniques'), left('ATT&CK'), left('Query')],
  rows: model.windows.map((window) => [
    { strong: window.id },
    ATTACK_KINDS[window.kind],
    window.techniques.join(', ') || 'none named',
    window.attack.join(', ') || 'none',
    { queries: window.queries },
  ]),
});

/** Its id, and what an analyst said of it. */
function clusterName({ id, tag, part, accepted_by }: Cluster): Text {
  return [
    { value: id },
    ...(part ? [` (${part.field} `, part.value === null ? 'not known' : { value: part.value }, ')'] : []),
    ...(tag === undefined ? [] : [', ', { value: tag }]),
    ...(accepted_by === undefined ? [] : [', accepted by ', { value: accepted_by }]),
  ];
}

function clustersTable(model: ReportModel): Block {
  const queries = sectionQueries(model, 'clusters');
  const absent = (value: Cluster['ja4']): Text => (value === null ? 'not logged' : { value });
  return {
    is: 'table',
    caption: 'Requests that share fingerprint, agent and template, and grew far over the baseline',
    fold_after: MOST_ROWS,
    columns: [
      left('Window'),
      left('Cluster'),
      left('Template'),
      left('User agent'),
      left('JA4'),
      right('Requests'),
      right('Usual'),
      right('Addresses'),
      ...(queries.length > 0 ? [left('Query')] : []),
    ],
    rows: model.clusters.map((cluster) => [
      { strong: cluster.window_id },
      clusterName(cluster),
      { value: cluster.template },
      absent(cluster.user_agent),
      absent(cluster.ja4),
      count(cluster.requests),
      count(cluster.usual_requests),
      count(cluster.sources),
      ...(queries.length > 0 ? [{ queries }] : []),
    ]),
  };
}
