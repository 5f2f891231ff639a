/** What the case measured, for the indicators: counts and times, no judgement. Null: these logs can't answer. */
export type WindowFacts = {
  id: string;
  /** `http` where not given. */
  surface?: 'http' | 'network' | 'dns';
  kind: string;
  techniques?: readonly string[];
  /** ms since 1970 */
  start: number;
  end: number;
  requests: number;
  peakPerMinute: number;
  sources: number | null;
  mitigated: number | null;
  actionKnown: number;
  /** Tests of attack against crowd: how many spoke for each. */
  attackTests: number;
  benignTests: number;
  testsById: Record<string, { id?: string; result: string; observation: string }>;
  templates: number;
  /** Requests whose query carries a random token. */
  tokenRequests: number;
  /** Requests by TLS fingerprint; empty: the log has none. */
  fingerprints: { requests: number; agents: number }[];
  /** Attack and usual share of paths that matter politically (donating, joining) or commercially (log in, checkout). */
  salient: { attack: number; usual: number; usualTotal: number };
  pingbacks: number;
  logins: { attempts: number; failed: number };
  /** Requests by network type, attack; null: no type is known. */
  networkTypes: Record<string, number> | null;
  anonymised: { during: number; total: number; usual: number; usualTotal: number } | null;
  verifiedBots: { during: number; before: number } | null;
};

export type Facts = {
  windows: WindowFacts[];
  /** Overlap of attacking addresses and of signatures between consecutive windows. */
  overlaps: {
    windows: [string, string];
    sources: number | null;
    union: number | null;
    signatures: number;
    signatureUnion: number;
  }[];
  directToOrigin: { sources: number; requests: number } | null;
  /** Surges that are no attack. */
  surges: number;
  historyDays: number;
  rung: string;
  gaps: number;
  synthetic: boolean;
};
