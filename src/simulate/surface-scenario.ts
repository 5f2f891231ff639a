/** What a scenario of flows or of DNS queries states: data, which the files beside this one interpret. Times are RFC 3339 UTC. */
import type { Network, Scenario } from './scenario.ts';

type Stated = Pick<Scenario, 'id' | 'title' | 'note' | 'period' | 'networks' | 'networksVersion' | 'edge'> & {
  synthetic: true;
};

/** So many addresses of a network. */
export type Share = { network: Network['id']; count: number };

export type FlowScenario = Stated & {
  surface: 'network';
  estate: Estate;
  usual: UsualFlows;
  waves: FlowWave[];
};

/** The interfaces of a VPC whose flows are logged. */
export type Estate = {
  account: string;
  region: string;
  vpc: string;
  flowLog: string;
  /** `default`: the 14 fields of version 2; `flags`: with TCP flags and direction, as an owner has to choose. */
  layout: 'default' | 'flags';
  /** Interfaces that serve the web. */
  web: string[];
  /** The interface of a resolver of its own, which asks name servers. */
  resolver: string;
  /** A /24 of other interfaces, by its first three numbers, of which so many are used. */
  others: { prefix: string; used: number };
};

/** What comes and goes on any day, a minute at the busiest hour. */
export type UsualFlows = {
  visitors: Share[];
  visits: number;
  /** A time in which so many more visits a minute come: what is behind the web asks more when the web is asked more. */
  rush?: { from: string; until: string; rampSeconds: number; visits: number };
  /** UDP to port 443. */
  quic: number;
  /** Visits to the other interfaces, all of them together. */
  otherVisits: number;
  monitors: Share;
  timeServers: Share;
  nameServers: Share;
  lookups: number;
  scanners: Share;
  probes: number;
  pings: number;
};

/** Flows and packets are the attack's alone; `rampSeconds` go by until a wave has its full strength. */
export type FlowWave = { from: string; until: string; rampSeconds: number } & (
  | { kind: 'syn-flood'; target: string; port: number; flows: number; answeredShare: number }
  | {
      kind: 'udp-reflection';
      target: string;
      service: 'ntp' | 'dns' | 'memcached';
      sourcePort: number;
      /** Machines that were misused. */
      reflectors: Share[];
      packetsEach: number;
      bytesPerPacket: number;
      /** Share of the reflectors whose answers come in fragments too. */
      fragmented: number;
    }
  /** Packets of no connection, from forged addresses; the target resets a share of them. */
  | { kind: 'ack-flood'; target: string; port: number; flows: number; resetShare: number }
  /** From forged addresses. */
  | {
      kind: 'icmp-flood' | 'fragment-flood';
      target: string;
      flows: number;
      packetsEach: number;
      bytesPerPacket: number;
    }
  /** Plain UDP to ports drawn at random, from machines that do not hide their addresses: so many flows of each a minute. */
  | {
      kind: 'udp-flood';
      target: string;
      bots: Share[];
      flowsEach: number;
      packetsEach: number;
      bytesPerPacket: number;
    }
  | { kind: 'carpet-bombing'; flowsEach: number; packetsEach: number; bytesPerPacket: number }
);

export type DnsScenario = Stated & {
  surface: 'dns';
  account: string;
  zones: Zone[];
  resolvers: Share[];
  /** Queries a minute at the busiest hour. */
  queries: number;
  /** Share of the queries for names that do not exist: typing errors, and programs that try names. */
  mistaken: number;
  /** Queries of the instances of a VPC, which the Resolver logs; null: it logs none. */
  inside: { vpc: string; region: string; instances: string[]; queries: number; names: string[] } | null;
  waves: DnsWave[];
};

export type Zone = {
  /** The id of the hosted zone, which the log names. */
  id: string;
  name: string;
  /** Share of the queries. */
  weight: number;
  records: { label: string; types: string[]; weight: number }[];
};

export type DnsWave = {
  from: string;
  until: string;
  rampSeconds: number;
  zone: string;
  queries: number;
  /** Letters and digits of each random name. */
  labelLength: number;
};

export type SurfaceScenario = FlowScenario | DnsScenario;
