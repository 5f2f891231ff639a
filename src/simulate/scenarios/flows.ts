/** The network of the campaign platform, whose VPC logs its flows, on a morning. */
import type { FlowScenario } from '../surface-scenario.ts';
import { labour2019 } from './labour-2019.ts';

const WEB = ['10.20.1.11', '10.20.1.12', '10.20.1.13'];

const morning: Omit<FlowScenario, 'id' | 'title'> = {
  surface: 'network',
  synthetic: true,
  note: 'Simulated. Every address, network, flow and figure is invented.',
  period: { from: '2019-11-14T05:00:00Z', until: '2019-11-14T13:00:00Z' },
  // The interfaces have addresses of IPv4 alone, and so has whoever talks to them.
  networks: labour2019.networks.map((network) => ({
    ...network,
    blocks: network.blocks.filter(({ cidr }) => !cidr.includes(':')),
  })),
  networksVersion: labour2019.networksVersion,
  edge: labour2019.edge,
  estate: {
    account: '123456789012',
    region: 'eu-west-2',
    vpc: 'vpc-0a1b2c3d4e5f60718',
    flowLog: 'fl-0f1e2d3c4b5a69788',
    layout: 'flags',
    web: WEB,
    resolver: '10.20.1.53',
    others: { prefix: '10.20.30', used: 200 },
  },
  usual: {
    visitors: [
      { network: 'gb-access-1', count: 400 },
      { network: 'gb-access-2', count: 250 },
      { network: 'gb-mobile-1', count: 200 },
      { network: 'us-access-1', count: 80 },
      { network: 'br-access-1', count: 60 },
      { network: 'ru-access-1', count: 60 },
    ],
    visits: 60,
    quic: 6,
    otherVisits: 30,
    monitors: { network: 'monitor-1', count: 2 },
    timeServers: { network: 'gb-education-1', count: 4 },
    nameServers: { network: 'us-hosting-1', count: 40 },
    lookups: 25,
    scanners: { network: 'nl-hosting-1', count: 30 },
    probes: 12,
    pings: 1,
  },
  waves: [],
};

const REFLECTORS = ['br-access-2', 'in-access-1', 'id-access-1', 'us-access-1', 'pl-access-1'].map(
  (network) => ({
    network,
    count: 24,
  }),
);

type Reflection = Extract<FlowScenario['waves'][number], { kind: 'udp-reflection' }>;

const reflection = (
  { from, until }: { from: string; until: string },
  rest: Pick<Reflection, 'service' | 'sourcePort' | 'packetsEach' | 'bytesPerPacket'> & Partial<Reflection>,
): Reflection => ({
  ...{
    kind: 'udp-reflection',
    from,
    until,
    rampSeconds: 5,
    target: WEB[0]!,
    reflectors: REFLECTORS,
    fragmented: 0,
  },
  ...rest,
});

const synFlood: FlowScenario['waves'][number] = {
  ...{ kind: 'syn-flood', from: '2019-11-14T10:12:20Z', until: '2019-11-14T10:31:40Z', rampSeconds: 10 },
  ...{ target: WEB[1]!, port: 443, flows: 3_000, answeredShare: 0.3 },
};

export const flowScenarios: FlowScenario[] = [
  { ...morning, id: 'flows-quiet', title: 'A morning without any attack, in flow logs (synthetic)' },
  {
    ...morning,
    id: 'flows-syn-flood',
    title: 'A SYN flood from forged addresses, in flow logs (synthetic)',
    waves: [synFlood],
  },
  {
    ...morning,
    id: 'flows-syn-flood-unflagged',
    title: 'A SYN flood from forged addresses, in flow logs of the default layout (synthetic)',
    estate: { ...morning.estate, layout: 'default' },
    waves: [synFlood],
  },
  {
    ...morning,
    id: 'flows-udp-reflection',
    title: 'Waves of NTP, DNS and memcached reflection, in flow logs of the default layout (synthetic)',
    estate: { ...morning.estate, layout: 'default' },
    waves: [
      reflection(
        { from: '2019-11-14T08:05:10Z', until: '2019-11-14T08:20:30Z' },
        { service: 'ntp', sourcePort: 123, packetsEach: 4_000, bytesPerPacket: 468 },
      ),
      reflection(
        { from: '2019-11-14T09:31:00Z', until: '2019-11-14T09:44:00Z' },
        { service: 'dns', sourcePort: 53, packetsEach: 900, bytesPerPacket: 1_420, fragmented: 0.5 },
      ),
      reflection(
        { from: '2019-11-14T11:02:40Z', until: '2019-11-14T11:10:05Z' },
        {
          ...{ service: 'memcached', sourcePort: 11_211, packetsEach: 20_000, bytesPerPacket: 1_428 },
          reflectors: [{ network: 'nl-hosting-1', count: 14 }],
        },
      ),
    ],
  },
  {
    ...morning,
    id: 'flows-carpet-bombing',
    title: 'UDP over a whole network, little to each of its addresses, in flow logs (synthetic)',
    waves: [
      {
        ...{
          kind: 'carpet-bombing',
          from: '2019-11-14T09:40:30Z',
          until: '2019-11-14T10:05:15Z',
          rampSeconds: 20,
        },
        ...{ flowsEach: 3, packetsEach: 90, bytesPerPacket: 1_100 },
      },
    ],
  },
  {
    ...morning,
    id: 'flows-ack-flood',
    title:
      'ACKs and resets of connections that nobody opened, from forged addresses, in flow logs (synthetic)',
    waves: [
      {
        ...{
          kind: 'ack-flood',
          from: '2019-11-14T08:47:35Z',
          until: '2019-11-14T09:03:10Z',
          rampSeconds: 15,
        },
        ...{ target: WEB[2]!, port: 443, flows: 1_800, resetShare: 0.5 },
      },
    ],
  },
  {
    ...morning,
    id: 'flows-icmp-flood',
    title: 'Pings from forged addresses, in flow logs of the default layout (synthetic)',
    estate: { ...morning.estate, layout: 'default' },
    waves: [
      {
        ...{
          kind: 'icmp-flood',
          from: '2019-11-14T11:20:05Z',
          until: '2019-11-14T11:41:50Z',
          rampSeconds: 30,
        },
        ...{ target: WEB[0]!, flows: 400, packetsEach: 60, bytesPerPacket: 84 },
      },
    ],
  },
  {
    ...morning,
    id: 'flows-udp-flood',
    title: 'UDP to ports drawn at random, from machines under their own addresses, in flow logs (synthetic)',
    waves: [
      {
        ...{
          kind: 'udp-flood',
          from: '2019-11-14T07:33:15Z',
          until: '2019-11-14T07:58:20Z',
          rampSeconds: 60,
        },
        target: WEB[1]!,
        bots: [
          { network: 'br-access-2', count: 60 },
          { network: 'in-access-1', count: 50 },
          { network: 'ua-access-1', count: 30 },
          { network: 'us-hosting-1', count: 10 },
        ],
        ...{ flowsEach: 4, packetsEach: 300, bytesPerPacket: 512 },
      },
    ],
  },
  {
    ...morning,
    id: 'flows-fragments',
    title:
      'Fragments of UDP that complete nothing, from forged addresses, in flow logs of the default layout (synthetic)',
    estate: { ...morning.estate, layout: 'default' },
    waves: [
      {
        ...{
          kind: 'fragment-flood',
          from: '2019-11-14T10:51:25Z',
          until: '2019-11-14T11:04:40Z',
          rampSeconds: 10,
        },
        ...{ target: WEB[2]!, flows: 250, packetsEach: 200, bytesPerPacket: 1_480 },
      },
    ],
  },
  {
    ...morning,
    id: 'flows-weak-syn-flood',
    title: 'A SYN flood of a few times the usual half-open connections, in flow logs (synthetic)',
    waves: [
      {
        ...{
          kind: 'syn-flood',
          from: '2019-11-14T09:18:45Z',
          until: '2019-11-14T09:36:30Z',
          rampSeconds: 20,
        },
        ...{ target: WEB[0]!, port: 443, flows: 75, answeredShare: 0.9 },
      },
    ],
  },
];
