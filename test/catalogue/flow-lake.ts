/** Flows by hand, of a VPC that names directions and flags and of a log that samples packets; and what their logs say of themselves. */
import type { LogObject } from '../../src/ingest/pass.ts';
import { packet } from '../formats/valid-objects.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { type Asking, askingOf } from './small-lake.ts';

export const VPC = 'aws-vpc-flow:123456789012';
export const SAMPLED = 'cloudflare-network-analytics:dosd';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction';

type Flow = {
  /** Seconds after 15:42:00 of 11 November 2019. */
  at?: number;
  lasts?: number;
  from: string;
  to: string;
  protocol?: number;
  packets?: number;
  bytes?: number;
  flags?: number | '-';
  out?: boolean;
  action?: 'ACCEPT' | 'REJECT';
};

const START = 1_573_486_920;
/** Address and port, divided by a blank. */
function flow({
  at = 0,
  lasts = 50,
  from,
  to,
  protocol = 6,
  packets = 1,
  bytes = 40,
  ...rest
}: Flow): string {
  const [srcaddr, srcport] = from.split(' ');
  const [dstaddr, dstport] = to.split(' ');
  const { flags = protocol === 6 ? 2 : 0, out = false, action = 'ACCEPT' } = rest;
  const [start, end] = [START + at, START + at + lasts];
  return `5 123456789012 eni-1 ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} OK ${flags} ${out ? 'egress' : 'ingress'}`;
}

const WEB = '198.51.100.7 443';
/** Half an hour before: the resolver is asked, and a visitor opens a connection that lasts. */
const before = [
  flow({ at: -1800, from: '198.51.100.7 40000', to: '192.0.2.53 53', protocol: 17, bytes: 60, out: true }),
  flow({ at: -1800, from: '192.0.2.9 50009', to: WEB, packets: 40, bytes: 9000 }),
];
const syn = [
  ...[1, 2, 3, 4].map((last) =>
    flow({ from: `203.0.113.${last} 600${last}`, to: WEB, packets: 3, bytes: 120 }),
  ),
  flow({ at: 60, from: '203.0.113.1 6011', to: WEB, packets: 3, bytes: 180, action: 'REJECT' }),
  // A visitor, answered: many packets, then the end.
  flow({ from: '192.0.2.1 50001', to: WEB, packets: 20, bytes: 4000, flags: 3 }),
  flow({ from: WEB, to: '192.0.2.1 50001', packets: 18, bytes: 90_000, flags: 19, out: true }),
];
const ack = [
  ...[1, 2].map((last) =>
    flow({ from: `203.0.113.2${last} 7000`, to: WEB, packets: 100, bytes: 4000, flags: 0 }),
  ),
  flow({ from: '203.0.113.23 7000', to: WEB, packets: 50, bytes: 2000, flags: 4 }),
  // The visitor of half an hour ago is still there.
  flow({ from: '192.0.2.9 50009', to: WEB, packets: 10, bytes: 400, flags: 0 }),
];
const udp = [
  flow({ from: '192.0.2.123 123', to: '198.51.100.7 8080', protocol: 17, packets: 100, bytes: 46_800 }),
  flow({ from: '192.0.2.124 123', to: '198.51.100.7 8081', protocol: 17, packets: 200, bytes: 93_600 }),
  flow({
    at: 720,
    from: '192.0.2.211 11211',
    to: '198.51.100.7 80',
    protocol: 17,
    packets: 10,
    bytes: 14_000,
  }),
  // The resolver that was asked, and one that nobody asked.
  flow({ from: '192.0.2.53 53', to: '198.51.100.7 40000', protocol: 17, packets: 1, bytes: 500 }),
  flow({ from: '192.0.2.54 53', to: '198.51.100.7 40000', protocol: 17, packets: 10, bytes: 30_000 }),
  flow({ from: '203.0.113.40 5001', to: '198.51.100.7 1001', protocol: 17, packets: 5, bytes: 5000 }),
  flow({ from: '203.0.113.40 5002', to: '198.51.100.7 1002', protocol: 17, packets: 5, bytes: 5000 }),
];
const others = [
  flow({ from: '203.0.113.50 0', to: '198.51.100.7 0', protocol: 17, packets: 30, bytes: 45_000 }),
  flow({ from: '203.0.113.60 0', to: '198.51.100.7 0', protocol: 1, packets: 9, bytes: 756 }),
  // A carpet over a network of each kind.
  ...[1, 2, 3].map((last) =>
    flow({
      at: 660,
      from: '203.0.113.70 900',
      to: `192.0.2.20${last} 900`,
      protocol: 17,
      packets: 2,
      bytes: 2000,
    }),
  ),
  ...['2001:db8:5::1', '2001:db8:5:0:1::2', '2001:db8:5:6:7:8:9:a'].map((to) =>
    flow({ at: 660, from: '2001:db8:f::1 900', to: `${to} 900`, protocol: 17, packets: 1, bytes: 100 }),
  ),
];
/** One connection of eleven minutes that sends next to nothing, and one that sends. */
const slow = [0, 300, 600].flatMap((at) => [
  flow({ at, lasts: 60, from: '203.0.113.80 8001', to: WEB, packets: 4, bytes: 240, flags: 0 }),
  flow({ at, lasts: 60, from: '192.0.2.80 8001', to: WEB, packets: 400, bytes: 400_000, flags: 0 }),
]);
/** A quarter of an hour later the log has no flags any more: two addresses that never came before, one that did, and a visitor. */
const unflagged = [
  flow({ at: 2000, flags: '-', from: '203.0.113.90 6001', to: WEB }),
  flow({ at: 2010, flags: '-', from: '203.0.113.91 6002', to: WEB, packets: 2, bytes: 88 }),
  flow({ at: 2020, flags: '-', from: '192.0.2.9 50010', to: WEB, bytes: 52 }),
  flow({ at: 2030, flags: '-', from: '192.0.2.2 50011', to: WEB, packets: 20, bytes: 4000 }),
  // An answer to a SYN, and a reset.
  flow({ at: 2000, flags: '-', from: WEB, to: '203.0.113.90 6001', bytes: 44, out: true }),
  flow({ at: 2010, flags: '-', from: WEB, to: '203.0.113.91 6002', bytes: 40, out: true }),
];
const ofTheLog = ['NODATA', 'SKIPDATA', 'SKIPDATA'].map(
  (status, index) =>
    `5 123456789012 eni-${index > 0 ? 2 : 1} - - - - - - - ${START + 60 * index} ${START + 60 * index + 60} - ${status} - -`,
);

const packets = [
  packet,
  { ...packet, IPSourceAddress: '192.0.2.78', IPTotalLength: 40, Outcome: 'pass', MitigationReason: '' },
  {
    ...packet,
    SampleInterval: 100,
    IPProtocol: 17,
    TCPFlags: 0,
    SourcePort: 0,
    DestinationPort: 0,
    IPFragmentOffset: 8,
  },
];

const flows = [...before, ...syn, ...ack, ...udp, ...others, ...slow, ...unflagged, ...ofTheLog];
export const flowObjects: readonly LogObject[] = [
  logObject('flows', [HEADER, ...flows].join('\n')),
  logObject('packets', packets.map((fields) => JSON.stringify(fields)).join('\n')),
];

export const flowLake = (): Promise<Asking> => askingOf(flowObjects);
