/** What a scenario states. It is data; the files beside this one interpret it. Times are RFC 3339 UTC. */

export type Scenario = {
  id: string;
  title: string;
  synthetic: true;
  note: string;
  period: { from: string; until: string };
  zone: string;
  networks: Network[];
  networksVersion: { title: string; version: string; date: string };
  /** Airport codes of the edge's data centres by country of the client; `` is the fallback. */
  edge: { colosByCountry: Record<string, string[]>; roundTripToOriginMs: Record<string, number> };
  origin: Origin;
  agents: Agent[];
  site: Site;
  visitors: VisitorGroup[];
  crowds: Crowd[];
  app: FieldApp;
  services: Service[];
  attack: Attack;
  defence: Defence;
  /** Which logs somebody kept; both where not given. */
  logs?: ('edge' | 'origin')[];
  /** How the edge's log fared on its way; every object once where not given. */
  delivery?: Delivery;
  outages?: Outage[];
  errands?: Errand[];
  /** What an investigator knows of the case and no log says: `case.json`, as docs/case-file.md has it. */
  caseFile?: CaseFile;
  /** When the clocks of Europe go back by an hour; a time within the period. */
  summerUntil?: string;
};

export type Delivery = {
  /** Objects of this time never arrive. */
  missing: { from: string; until: string }[];
  /**
   * Objects of this time arrive once more, under other names: `same` is byte for byte the same, `cut anew` are all of
   * the time in one object.
   */
  repeated: { from: string; until: string; as: 'same' | 'cut anew' }[];
};

/** The origin fails, and clients of our own ask again for what failed. */
export type Outage = {
  from: string;
  until: string;
  /** Share of what reaches the origin that it answers with 502 or 503. */
  failureShare: number;
  /** How often the app and the pages' own script ask again, and after how many seconds. */
  app: { times: number; afterSeconds: number };
  pages: { times: number; afterSeconds: number };
};

/** What one client does where only staff should be. */
export type Errand = {
  by: 'staff' | 'intruder';
  network: string;
  agent: Agent;
  /** When it begins, each time. */
  at: string[];
  steps: {
    afterSeconds: number;
    method: string;
    host: string;
    path: string;
    status: number;
    kilobytes: number;
  }[];
};

export type CaseFile = {
  hosts?: string[];
  surfaces: { name: string; host: string; paths: string[]; log: string }[];
};

export type NetworkType = 'access' | 'mobile' | 'hosting' | 'education' | 'anonymiser' | 'cdn';

export type Network = {
  id: string;
  asn: number;
  organisation: string;
  /** ISO 3166-1 alpha-2; empty where the network has no country (a CDN). */
  country: string;
  type: NetworkType;
  /** Announced blocks, and in how many of their /24s (IPv6: /48s) clients live, counted from the first. */
  blocks: { cidr: string; populated: number }[];
  validFrom?: string;
};

export type Origin = {
  account: string;
  region: string;
  loadBalancer: { name: string; id: string; nodes: { address: string; skewMs: number }[] };
  targets: string[];
  targetGroup: string;
  /** Certificate ids by host: the balancer logs the one it presented. */
  certificates: Record<string, string>;
  /** Id of the network whose addresses are the balancer's peers. */
  peers: { network: string; count: number };
};

/** A program that sends requests, as the edge sees it. */
export type Agent = {
  userAgent: string;
  ja4: string;
  device: 'desktop' | 'mobile' | 'tablet';
  /** Popularity among visitors. */
  weight: number;
  /** True where it is the view inside another app, which passes no referrer on entry. */
  inApp?: true;
};

export type Page = {
  host: string;
  path: string;
  weight: number;
  /** Weight as the first page of a visit. */
  entry: number;
  dynamic: boolean;
  /** What a visitor's query carries; the terms are in the site's lists. */
  query?: 'words' | 'postcode';
  kilobytes: number;
  images: string[];
};

export type Site = {
  pages: Page[];
  /** Assets that every page needs, by path, on the page's own host. */
  commonAssets: string[];
  searchTerms: string[];
  postcodes: string[];
  checkout: { host: string; form: string; submit: string; thanks: string; share: number };
  sources: { referer: string; campaign?: string; weight: number }[];
};

export type VisitorGroup = {
  network: string;
  people: number;
  utcOffsetHours: number;
  /** Share of their unsolved pages that the defence challenges once it reacts. */
  challengedShare: number;
};

/** A benign rush: people come within minutes because of something outside. */
export type Crowd = {
  from: string;
  until: string;
  riseSeconds: number;
  /** Seconds after the rise until the rush has halved. */
  halfSeconds: number;
  /** Extra visits a minute at the peak. */
  peakVisitsPerMinute: number;
  networks: { network: string; weight: number }[];
  /** Share of the visits by people who also come without the rush. */
  regularShare: number;
  newcomers: number;
  referers: string[];
};

export type FieldApp = {
  host: string;
  ja4: string;
  userAgents: string[];
  networks: string[];
  users: number;
  roundsPerUserDay: number;
  callsPerRound: number;
  calls: { method: string; path: string; weight: number }[];
};

/** Automatic clients that are no part of the attack. */
export type Service = {
  kind: 'crawler' | 'monitor' | 'scanner';
  /** Cloudflare's category of verified bots; empty for the others. */
  category: string;
  network: string;
  addresses: number;
  agent: Agent;
  secondsBetween: number;
  targets: { host: string; path: string }[];
  /** A time in which it comes more often. */
  burst?: { from: string; until: string; secondsBetween: number };
};

/** In path and query each `{token}` is drawn anew. GET, and the answer of the page there, where not given. */
export type RequestTemplate = {
  host: string;
  path: string;
  query: string;
  weight: number;
  method?: string;
  status?: number;
};

export type ToolProfile = {
  id: string;
  ja4: string;
  weight: number;
  templates: RequestTemplate[];
  botScore: { from: number; until: number };
  /** Names that the tool gives itself, with `{number}` drawn once a bot; where not given, those of visitors' browsers. */
  agents?: string[];
};

export type WindowKind = 'http-flood' | 'pingback' | 'credential-stuffing';

export type Wave = {
  from: string;
  until: string;
  bots: number;
  requests: number;
  rampSeconds: number;
  endSeconds: number;
  techniques: string[];
  reactionSeconds: number;
  /** `http-flood` where not given. */
  kind?: WindowKind;
  /** Ids of the tools that it uses; all where not given. */
  profiles?: string[];
};

export type Attack = {
  waves: Wave[];
  networks: { network: string; weight: number }[];
  profiles: ToolProfile[];
  /** Share of a later wave's bots that were in the wave before. */
  returningShare: number;
  /** Share of the bots that sit behind an address with supporters, and how many people are behind it. */
  shared: { share: number; networks: string[]; people: number };
  minimumRequests: number;
};

export type Verdict = { action: string; source: string; ruleId: string; status: number };

export type Defence = {
  /** Share of attack requests stopped before and after the automatic rule reacts. */
  stoppedBefore: number;
  stoppedAfter: number;
  verdictsBefore: { verdict: Verdict; weight: number }[];
  verdictsAfter: { verdict: Verdict; weight: number }[];
  challenge: Verdict;
  solved: Verdict;
  limited: Verdict;
  /** Share of challenged visitors that solve the challenge; the rest give up. */
  solvedShare: number;
  sharedChallengedShare: number;
  sharedLimitedShare: number;
  scannerRule: Verdict;
  /** Factor on the origin's time for dynamic requests during a wave. */
  slowdown: { before: number; after: number };
  failureShare: number;
};
