/**
 * The report, as data: what `report.json` holds and what the HTML and Markdown renderings read.
 * Names and shapes of the keys are the contract of the design's section "What other programs read";
 * `docs/schema/report.schema.json` states the same for other programs.
 * Times are RFC 3339 UTC with milliseconds, intervals half-open, counts exact integers.
 */

import type { Assessment } from '../attribution/assessment.ts';
import type { CaseAccount, JudgementAccount, OpenCluster, RejectedCluster } from './hand-model.ts';
import type { ObservedWindow, Surge, Vantage } from './window-model.ts';

export type * from '../attribution/assessment.ts';
export type * from './hand-model.ts';
export type * from './window-model.ts';

export type Finding = 'attack' | 'no-attack' | 'cannot-say';

export type Lead = { kind: string; value: string; window_id: string | null; sentence: string; query: string };

/** A source country or network: attack requests out of all attack requests whose country (network) is known. */
export type Share = {
  /** ISO 3166-1 alpha-2 code, or the AS number in decimal. */
  key: string;
  label: string;
  numerator: number;
  denominator: number;
  sources: number;
  /** All requests outside every window, the same way: what is usual here. */
  usual_numerator: number;
  usual_denominator: number;
  /** `provider`: logged by the provider at the time of the request; `dataset`: looked up in the data set; `networks-file`: the user's dated networks. */
  basis: 'provider' | 'dataset' | 'networks-file';
  /** Countries by provider: what the data set said of the same requests' own country, for comparison; else null. */
  dataset_numerator: number | null;
  dataset: string;
  /** Days between the events and the data set's date; null where the provider logged it at the time. */
  distance_days: number | null;
};

/** How unevenly the attack requests fall on countries or networks. Measures are rounded to four decimals. */
export type Concentration = {
  of: 'country' | 'network';
  /** Countries or networks with attack requests. */
  things: number;
  requests: number;
  /** Herfindahl–Hirschman index: 1 / things where all are equal, 1 where one has all. */
  hhi: number;
  /** As many equal ones would be as concentrated: 1 / hhi. */
  effective_number: number;
  /** 0 where all are equal, nearly 1 where few have nearly all. */
  gini: number;
  entropy_bits: number;
  /** The most that so many can have. */
  most_entropy_bits: number;
};

export type Measure = {
  window_id: string;
  id: string;
  measure: string;
  unit: string;
  before: number | null;
  during: number | null;
  /** A sentence for a reader: what changed, out of what. */
  sentence: string;
  query: string;
};

/** How long the defence took to act on an attack, or service to be as usual again, from the start of the attack. */
export type DefenceTime = {
  window_id: string;
  what: 'mitigate' | 'recover';
  /** `not-affected`: service never left its usual range. */
  answer: 'measured' | 'not-affected' | 'cannot-say';
  basis: 'defence-change' | 'mitigated-request' | 'errors-and-times' | null;
  /** RFC 3339 UTC: of a change its own time, else the first minute. */
  at: string | null;
  /** A count by the minute bounds the time from below and above. */
  least_seconds: number | null;
  most_seconds: number | null;
  sentence: string;
  query: string;
};

export type LogCoverage = {
  source_id: string;
  format: string;
  vantage: Vantage;
  host: string | null;
  first: string;
  last: string;
  records: number;
  rows: number;
  rejects: number;
  /** `none declared`, or what the log says of its own sampling. */
  sampling: string;
  /** Rows whose request id repeats an earlier one of the same log. */
  duplicates: number;
  client_address: 'logged' | 'behind-proxy' | 'mixed' | 'none';
};

export type Gap = { source_id: string; from: string; until: string; minutes: number; sentence: string };

export type LedgerEntry = {
  object: string;
  sha256: string;
  object_id: string;
  format: string;
  source_id: string;
  bytes: number;
  records: number;
  rows: number;
  rejects: number;
  headers: number;
  blanks: number;
  notices: number;
  /** Null, or what was wrong with the bytes after the last whole record (a truncated gzip, say). */
  damage: string | null;
  /** How often these bytes were delivered, under any name and any packing. */
  deliveries: number;
};

/** An archive as it was handed over: its members are objects of the ledger, or refused. */
export type ArchiveEntry = {
  archive: string;
  sha256: string;
  bytes: number;
  members: number;
  objects: number;
  damage: string | null;
};

export type Refusal = { object: string; reason: string };

export type QueryRun = {
  id: string;
  title: string;
  text: string;
  parameters: Record<string, string>;
  rows: number;
};

export type DatasetUse = {
  id: string;
  name: string;
  version: string;
  sha256: string;
  date: string | null;
  distance_days: number | null;
  licence: string;
  attribution: string;
  synthetic: boolean;
};

/** Requests a bucket at one vantage, for the timeline. */
export type Series = {
  source_id: string;
  vantage: Vantage;
  bucket_seconds: number;
  points: {
    at: string;
    requests: number;
    mitigated: number | null;
    expected: number | null;
    attack: number;
  }[];
};

/** A group of attack requests that share fingerprint, agent and request template, and grew far over the baseline. */
export type Cluster = {
  /** What `ascribe cluster` calls it: eight hex digits, of a part six more. */
  id: string;
  window_id: string;
  template: string;
  user_agent: string | null;
  ja4: string | null;
  requests: number;
  /** Of a part: those of the whole cluster. */
  usual_requests: number;
  sources: number;
  /** Where an analyst split the cluster: the field and its value in this part. */
  part?: { of: string; field: string; value: string | null };
  /** An analyst's label. */
  tag?: string;
  /** Who accepted it as the attack's. */
  accepted_by?: string;
};

export type ReportModel = {
  schema_version: '1.0.0';
  tool: { name: 'ascribe'; version: string };
  finding: Finding;
  sentence: string;
  synthetic: boolean;
  tlp: string;
  /** First and last event of the snapshot, half-open. Null: no events. */
  period: { from: string; until: string } | null;
  /** The part of the period that the report is about; the rest is what it is held against. Null: all of it. */
  focus: { from: string; until: string } | null;
  /** Merkle root of the report that this one takes the place of, since objects came late. */
  supersedes: string | null;
  windows: ObservedWindow[];
  surges: Surge[];
  sources_answer: 'listed' | 'cannot-say';
  sources_reason: string | null;
  sources: string | null;
  sources_count: number;
  leads: Lead[];
  countries: Share[];
  countries_reason: string | null;
  networks: Share[];
  networks_reason: string | null;
  /** One of countries and one of networks, where attack requests have some. */
  concentration?: Concentration[];
  clusters: Cluster[];
  /** What analysts took out of the attack. */
  rejected_clusters?: RejectedCluster[];
  /** What grew, and not so far that it is the attack's by itself. */
  open_clusters?: OpenCluster[];
  /** The word of analysts on clusters, the earliest first. */
  judgements?: JudgementAccount[];
  /** What the case file says, and what came of it; absent where there is none. */
  case?: CaseAccount;
  impact: {
    attack_caused: Measure[];
    mitigation_caused: Measure[];
    times?: DefenceTime[];
    sentence: string;
  };
  coverage: {
    logs: LogCoverage[];
    gaps: Gap[];
    orphans: string[];
    /** Logs of which an object holds records that another holds too, so that their counts are too high. */
    overlapping: string[];
    sentence: string;
  };
  data_access: {
    answer: 'signs' | 'no-sign' | 'cannot-say';
    sentence: string;
    needs: string[];
    findings: { sentence: string; addresses: string[]; rows: { object_id: string; record_no: number }[] }[];
  };
  assessment: Assessment;
  cannot_say: string[];
  series: Series[];
  ledger: LedgerEntry[];
  /** Absent where none was delivered. */
  archives?: ArchiveEntry[];
  refused: Refusal[];
  snapshot: { merkle_root: string; objects: number; profile: string };
  queries: QueryRun[];
  /** Queries of figures without their own: `sources`, `countries`, `networks`, `clusters`, `coverage`, `data_access`, `series`. */
  section_queries?: { [section: string]: string[] };
  datasets: DatasetUse[];
  method: string[];
};
