import type { ReportModel } from '../report/model.ts';
import { floodLimits } from './flood-words.ts';
import type { FloodsBelowHttp } from './floods-below-http.ts';
import type { Attack } from './observe.ts';
import { whyHidden } from './sources-answer.ts';

const KINDS: Record<string, [one: string, many: string]> = {
  'http-flood': ['HTTP flood', 'HTTP floods'],
  pingback: ['pingback flood', 'pingback floods'],
  'credential-stuffing': ['wave of credential stuffing', 'waves of credential stuffing'],
};
const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];
const PLACES: Record<string, string> = {
  edge: 'at the edge',
  firewall: 'at the firewall',
  balancer: 'at the load balancer',
  origin: 'at the origin',
};

/** The finding in one sentence: what was observed, where, and what share was stopped. It names no actor. */
export function attackSentence(attacks: readonly Attack[]): string {
  const windows = attacks.map(({ window }) => window);
  const kinds = [...new Set(windows.map((window) => window.kind))];
  const [one, many] = (kinds.length === 1 && KINDS[kinds[0]!]) || ['attack', 'attacks'];
  const number = NUMBERS[windows.length] ?? windows.length.toLocaleString('en-GB');
  const requests = windows.reduce((sum, window) => sum + window.requests, 0);
  const hosts = [...new Set(windows.flatMap((window) => (window.host === null ? [] : [window.host])))];
  const vantages = [...new Set(windows.map((window) => window.vantage))];
  const where = vantages.length === 1 ? ` ${PLACES[vantages[0]!] ?? `in the ${vantages[0]} log`}` : '';
  const on = hosts.length === 0 ? '' : hosts.length === 1 ? ` on ${hosts[0]}` : ` on ${hosts.length} hosts`;
  const known = attacks.reduce(
    (sum, { attackRows }) => sum + attackRows.reduce((total, row) => total + row.actionKnown, 0),
    0,
  );
  const stopped = windows.reduce((sum, window) => sum + (window.mitigated ?? 0), 0);
  const given = windows.some((window) => window.forced)
    ? ' (a window given by the analyst is among them)'
    : '';
  const share = known > 0 ? `; the defence stopped ${((100 * stopped) / known).toFixed(1)} % of` : ':';
  return `${number} ${windows.length === 1 ? one : many}${on} ${windows.length === 1 ? 'was' : 'were'} observed${where}${given}${share} at least ${requests.toLocaleString('en-GB')} attack requests.`;
}

/** Minutes of history below which a log has no usual to be held against. */
export const LEAST_HISTORY_MINUTES = 360;

/** From this share of rejects on, a log is not known well enough to deny an attack. */
const MOST_REJECTS = 0.05;

type Quiet = {
  events: boolean;
  /** Objects that were set aside and not read. */
  setAside: number;
  minutes: number;
  surges: readonly { kind: string }[];
  ledger: readonly { records: number; rejects: number; damage: string | null }[];
  archives: readonly { damage: string | null }[];
  refused: number;
};

/** The finding where no attack was observed. Whatever it is, a file that was refused could say otherwise. */
export function quietFinding(options: Quiet): Pick<ReportModel, 'finding' | 'sentence'> {
  const { finding, sentence } = findingInWhatWasRead(options);
  return { finding, sentence: `${sentence}${besideUnread(options)}` };
}

/** What stands behind a finding whose logs are not all that was given: files that were refused, records without a row. */
export function besideUnread({ refused, ledger }: Pick<Quiet, 'refused' | 'ledger'>): string {
  const number = (value: number): string => value.toLocaleString('en-GB');
  const files =
    refused === 0
      ? ''
      : ` ${number(refused)} file${refused === 1 ? ' was' : 's were'} refused or not readable, and ${refused === 1 ? 'was' : 'were'} not examined.`;
  const many = manyRejects(ledger);
  return many
    ? `${files} ${number(many.rejects)} of ${number(many.records)} records were not understood, and are in no figure.`
    : files;
}

/** Null where a log is known well enough all the same. */
function manyRejects(ledger: Quiet['ledger']): { records: number; rejects: number } | null {
  const records = ledger.reduce((sum, entry) => sum + entry.records, 0);
  const rejects = ledger.reduce((sum, entry) => sum + entry.rejects, 0);
  return rejects > records * MOST_REJECTS ? { records, rejects } : null;
}

function findingInWhatWasRead(options: Omit<Quiet, 'refused'>): Pick<ReportModel, 'finding' | 'sentence'> {
  if (!options.events)
    return {
      finding: 'cannot-say',
      sentence:
        'The logs hold no events of requests, flows or DNS queries, so they do not say whether there was an attack.',
    };
  if (options.setAside > 0) {
    return {
      finding: 'cannot-say',
      sentence: `No attack was observed in what was read, but ${options.setAside === 1 ? 'one object was' : `${options.setAside} objects were`} set aside and not read: the logs do not say that there was none.`,
    };
  }
  const minutes = Math.ceil(options.minutes);
  if (minutes < LEAST_HISTORY_MINUTES) {
    return {
      finding: 'cannot-say',
      sentence: `The logs cover ${minutes === 1 ? 'a minute' : `${minutes.toLocaleString('en-GB')} minutes at a stretch`}: too little to know what is usual, so they do not say whether there was an attack. With --from and --until you name a time to examine.`,
    };
  }
  const open = options.surges.filter((surge) => surge.kind === 'unexplained').length;
  if (open > 0) {
    return {
      finding: 'cannot-say',
      sentence: `Traffic grew ${open === 1 ? 'once' : `${open} times`} without evidence that decides between an attack and a crowd.`,
    };
  }
  const { ledger, archives } = options;
  const damaged = [...ledger, ...archives].filter(({ damage }) => damage !== null).length;
  if (damaged > 0 || manyRejects(ledger)) {
    const why =
      damaged > 0
        ? `${damaged} of the objects${archives.length > 0 ? ' and archives' : ''} ${damaged === 1 ? 'is' : 'are'} damaged`
        : 'not all of it was understood';
    return {
      finding: 'cannot-say',
      sentence: `No attack was observed in what could be read, but ${why}: the logs do not say that there was none.`,
    };
  }
  const explained = options.surges.length;
  const rest =
    explained === 0
      ? ''
      : ` ${explained === 1 ? 'One surge was' : `${explained} surges were`} observed and explained.`;
  return {
    finding: 'no-attack',
    sentence: `No attack was observed in these logs.${rest}`,
  };
}

export const METHOD = [
  'Records are framed, parsed and counted: records = rows + rejects + headers + blanks + notices, for every object of the ledger.',
  'Windows are found a minute at a time against a baseline that leaves them out; the rung of the baseline is named with each window. A window opens at a robust z of 6 in two of three minutes and closes after ten minutes below 3. Where the log as a whole does not rise, request templates and clients are held against the rest of the log ten minutes at a time, and five times their mean opens a window, where five addresses or more, counted by their effective number, sent what grew.',
  'Attack traffic is told from usual traffic by its composition: combinations of TLS fingerprint, agent and request template that grew at least fivefold over what the log usually has of them, by themselves or with their template. No single field decides. What grew beside the main part of an attack counts as growth of visitors where those who asked for it came with the clients of the other visitors of the window, in their mix, and not with those of the attack, asked for it less than twice as often as those ask for a template, and most of them asked for something else besides. An address is an attacker when its requests are improbable as usual traffic (over its signatures the logarithm of growth, weighed by the logarithm of repeats: 8.2, or 4.5 where it sent nothing else), but not where it sent less than a fiftieth of what strong sources did, all of it known to the log from before.',
  'Growth without positive evidence of an attack is a surge and no window.',
  'Counts are of one vantage, the outermost log of the host; other logs serve effect and cross-checks and are never added. Repeated request ids are left out of attack counts, which are "at least".',
  'Attribution is an analysis of competing hypotheses, ranked by inconsistency. No country is an indicator: source countries move no hypothesis.',
];

/** `below` is what was found in logs of flows and of DNS queries. */
export function cannotSay(
  model: Pick<ReportModel, 'windows' | 'coverage' | 'sources_reason' | 'data_access' | 'ledger'> & {
    below: FloodsBelowHttp;
  },
): string[] {
  const vantages = new Set(model.coverage.logs.map((log) => log.vantage));
  const untold = model.ledger.filter(({ deliveries }) => deliveries === 0).length;
  const behind = Map.groupBy(
    model.coverage.logs.filter((log) => log.client_address === 'behind-proxy'),
    whyHidden,
  );
  return [
    'who directed the traffic, and why: addresses are machines used, not who used them.',
    ...(model.data_access.answer === 'cannot-say'
      ? ['whether data was accessed: what that would need is under Data access.']
      : []),
    ...(model.below.series.some(({ vantage }) => vantage !== 'dns')
      ? []
      : ['what happened below HTTP (packets and bits a second): no network log was given.']),
    ...Array.from(
      behind,
      ([why, logs]) =>
        `where the requests in ${logs.map((log) => log.source_id).join(', ')} came from: ${why}.`,
    ),
    ...model.coverage.logs
      .filter((log) => log.format === 'aws-api-gateway' && log.client_address === 'mixed')
      .map(
        (log) =>
          `whether the addresses in ${log.source_id} are of its clients: some of its records name none. Those came through a proxy that is not trusted, stand on one line with others, or have agents that go on with names of their own; where the log format itself has no address, and no record of an object's first MiB shows it, agents have added those that there are.`,
      ),
    ...(model.coverage.overlapping.length > 0
      ? [
          `how often ${model.coverage.overlapping.join(', ')} was asked: objects of it hold the same records, so that its counts are too high, and not "at least". integrity/overlapping-objects names them; a lake that is made without the shorter of two counts each record once.`,
        ]
      : []),
    ...(untold > 0
      ? [
          `where ${untold === 1 ? 'one of the objects' : `${untold.toLocaleString('en-GB')} of the objects`} came from and when, and what ${untold === 1 ? 'its' : 'their'} bytes as stored were: custody has no record of ${untold === 1 ? 'it' : 'them'}. The Ledger names ${untold === 1 ? 'it' : 'them'}; ascribe ingest of the same logs writes the missing custody.`,
        ]
      : []),
    'what a provider dropped before it logged: volumes are what was logged, and "at least".',
    vantages.has('control')
      ? 'how long the defence took to react: of its change log this report tells the coverage alone (impact/defence-changes asks it).'
      : 'how long the defence took to react: its change log was not given.',
    ...floodLimits(model.below),
  ];
}
