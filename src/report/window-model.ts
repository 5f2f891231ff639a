/** What the report says of a window and of a surge: a part of `report.json`. */
export type Surface = 'http' | 'network' | 'dns';
export type Vantage = 'edge' | 'firewall' | 'balancer' | 'origin' | 'network' | 'dns' | 'control';

export type AttackKind =
  | 'http-flood'
  | 'pingback'
  | 'credential-stuffing'
  | 'syn-flood'
  | 'ack-flood'
  | 'tcp-flood'
  | 'udp-reflection'
  | 'udp-flood'
  | 'icmp-flood'
  | 'fragment-flood'
  | 'carpet-bombing'
  | 'dns-flood'
  | 'slow';

export type SurgeKind = 'flash-crowd' | 'crawler' | 'retry-storm' | 'monitor' | 'unexplained';

export type Baseline = {
  /** Rung of the ladder of history: `seasonal` (21 days and more), `hour-of-day` (7 to 21), `own-minutes` (less). */
  rung: 'seasonal' | 'hour-of-day' | 'own-minutes';
  /** What the rung means for this log, in one sentence. */
  sentence: string;
  /** Expected requests a minute at the peak minute; of flows and DNS queries those of the attack's kind. */
  expected_per_minute: number;
};

/** Packets and bytes of attack flows, at least: what a minute holds beyond the usual of the same kinds. */
export type FlowVolume = {
  packets: number;
  bytes: number;
  peak_packets_per_minute: number;
  peak_bytes_per_minute: number;
};

/** What another log saw of the same flood: a vantage of its own, whose counts are added to nothing. */
export type OtherLog = {
  source_id: string;
  vantage: Vantage;
  kind: AttackKind;
  start: string;
  end: string;
  /** Attack flows or queries seen there, at least. */
  requests: number;
};

/** One test of the evidence for a flood, and what it speaks for. */
export type EvidenceTest = {
  id: string;
  result: 'attack' | 'benign' | 'neither' | 'not-computable';
  observation: string;
};

export type ObservedWindow = {
  id: string;
  surface: Surface;
  vantage: Vantage;
  /** The log whose counts these are: one vantage, never added to another. */
  source_id: string;
  /** The host with most attack requests; null where the log does not name hosts. */
  host: string | null;
  hosts: string[];
  start: string;
  /** Where it grew from little: not yet there at `from`, plain from `until` on. Absent: it was there at once. */
  onset?: { from: string; until: string };
  peak_at: string;
  end: string;
  /** True where the analyst gave the window with --from and --until, past the detector. */
  forced: boolean;
  kind: AttackKind;
  techniques: string[];
  /** ATT&CK technique ids, each with the metric that triggered it. */
  attack: string[];
  attack_because: { id: string; because: string }[];
  /** Attack requests seen at the vantage, at least. */
  requests: number;
  /** All requests of the window at the vantage, attack and other. */
  requests_total: number;
  peak_per_minute: number;
  /** Of flows; absent on other surfaces. */
  volume?: FlowVolume;
  /**
   * Addresses that sent attack requests, at least: of a reflection its reflectors, of plain UDP those that came again and
   * again. Null where the log gives no client
   * address, or where the address that it gives can be forged or asked for others.
   */
  sources: number | null;
  /** Attack requests that the defence stopped (blocked, challenged and not solved, rate-limited). Null: the log does not say. */
  mitigated: number | null;
  /** Attack requests that reached the origin. Null: the log does not say. */
  reached_origin: number | null;
  baseline: Baseline;
  /** Requests with a repeated request id, left out of the counts above. */
  duplicates: number;
  /** Other logs of the same surface that saw the same flood; absent where none did. */
  also_seen?: OtherLog[];
  /** With those of known sources that have the attack's signatures: only where a case file names sources. */
  requests_with_excluded?: number;
  /** Addresses of known sources among them. */
  excluded_sources?: number;
  /** Why it is an attack: of a window that the analyst gave, what would speak for one. */
  tests: EvidenceTest[];
  /** Ids of the queries that the figures come from. */
  queries: string[];
};

export type Surge = {
  id: string;
  surface: Surface;
  vantage: Vantage;
  source_id: string;
  host: string | null;
  start: string;
  peak_at: string;
  end: string;
  kind: SurgeKind;
  requests: number;
  peak_per_minute: number;
  baseline: Baseline;
  /** Why it is no attack, or not decided, in one sentence. */
  sentence: string;
  tests: EvidenceTest[];
  queries: string[];
};
