/** What people say of a case, as the report has it: the case file and its effect, and the judgements of analysts. */

/** A source that the case file names: its requests are in no count of an attack. */
export type ExcludedSource = {
  name: string;
  role: 'office' | 'monitor' | 'tester' | 'partner';
  reason: string;
  networks: string[];
  /** Addresses of it that sent something in the windows and surges. */
  addresses: number;
  /** Its requests in the windows and surges, and the minutes around them. */
  requests: number;
  /** Those with the attack's signatures. */
  attack_requests: number;
  window_ids: string[];
  /** Its addresses that sent such requests, the most first. */
  suspects: { src_ip: string; attack_requests: number }[];
  sentence: string;
};

export type SurfaceAccount = {
  name: string;
  host: string | null;
  paths: string[];
  log: string;
  /** Its log is there, for the whole period, without a gap, a reject or a loss. */
  complete: boolean;
  /** Requests that were answered with success, in the log that it names, at least. */
  answered: number;
  /** What is missing. */
  needs: string[];
};

export type CaseAccount = {
  /** SHA-256 of the case file; the package holds it. */
  sha256: string;
  known_sources: ExcludedSource[];
  /** Null: the case is about all hosts. */
  hosts: { named: string[]; not_seen: string[]; requests_aside: number; sentence: string } | null;
  surfaces: SurfaceAccount[];
  trusted_proxies: string[] | null;
};

/** A judgement as it was recorded. */
export type JudgementAccount = {
  cluster: string;
  judgement: 'accept' | 'reject' | 'split' | 'tag';
  tag: string | null;
  by_field: string | null;
  window: { from: string; until: string } | null;
  by: string;
  reason: string;
  at: string;
  /** SHA-256 of the record, which the package holds. */
  hash: string;
};

/** A cluster, or a part of one, that an analyst took out of the attack. */
export type RejectedCluster = {
  id: string;
  window_id: string;
  template: string;
  user_agent: string | null;
  ja4: string | null;
  requests: number;
  /** Addresses that sent it; null: the log names none. */
  sources: number | null;
  by: string;
  reason: string;
  at: string;
};

/** A cluster that grew, and not so far that it is the attack's by itself: an analyst can accept it. */
export type OpenCluster = {
  id: string;
  window_id: string;
  template: string;
  user_agent: string | null;
  ja4: string | null;
  requests: number;
  expected: number;
};
