/** The flows of a flood. Addresses that it forges are drawn from all of 240.0.0.0/4 and 198.18.0.0/15. */
import type { Client } from './addresses.ts';
import type { FlowRecord } from './flow-record.ts';
import type { Random } from './random.ts';
import { arrivals, strengthAt } from './rhythm.ts';
import type { Estate, FlowWave, Share } from './surface-scenario.ts';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const RST = 4;

/** A wave that is under way: its flows that start in a minute, the machines that it misuses, and those that send it under their own addresses. */
export type Flood = {
  wave: FlowWave;
  reflectors: string[];
  bots: string[];
  flowsOf(at: number): FlowRecord[];
};

function forged(random: Random): string {
  const last = `${random.below(256)}.${1 + random.below(254)}`;
  return random.chance(0.85)
    ? `${240 + random.below(15)}.${random.below(256)}.${last}`
    : `198.${18 + random.below(2)}.${last}`;
}

function answerTo(asked: FlowRecord, answer: Pick<FlowRecord, 'flags' | 'bytes'>): FlowRecord {
  const { source, sourcePort, target, targetPort } = asked;
  return {
    ...asked,
    ...{ source: target, sourcePort: targetPort, target: source, targetPort: sourcePort, outbound: true },
    ...answer,
  };
}

export function createFlood(
  wave: FlowWave,
  { estate, random, take }: { estate: Estate; random: Random; take: (share: Share) => Client[] },
): Flood {
  const addresses = (shares: readonly Share[]): string[] =>
    shares.flatMap(take).map(({ address }) => address);
  const reflectors = wave.kind === 'udp-reflection' ? addresses(wave.reflectors) : [];
  const bots = wave.kind === 'udp-flood' ? addresses(wave.bots) : [];
  const around = (packets: number): number => Math.max(1, Math.round(packets * random.between(0.5, 1.5)));
  const until = Date.parse(wave.until) / 1000;
  const ending = (start: number): number => Math.min(until, start + random.below(50));

  /** Seconds of the minute in which the wave is on, each as often as it is strong then. */
  const seconds = (at: number, rate: number): number[] =>
    Array.from({ length: arrivals(rate, random) }, () => at / 1000 + random.below(60)).filter((second) =>
      random.chance(strengthAt(wave, second * 1000)),
    );
  const flow = (own: string, more: Omit<FlowRecord, 'own' | 'target' | 'end' | 'outbound'>): FlowRecord => ({
    ...{ own, target: own, outbound: false, end: ending(more.start) },
    ...more,
  });

  const flowsOf = (at: number): FlowRecord[] => {
    if (strengthAt(wave, at + 59_999) === 0 && strengthAt(wave, at) === 0) return [];
    switch (wave.kind) {
      case 'syn-flood':
        return seconds(at, wave.flows).flatMap((start) => {
          const packets = 1 + random.below(2);
          const syn = flow(wave.target, {
            ...{
              source: forged(random),
              sourcePort: 1024 + random.below(64_000),
              targetPort: wave.port,
              start,
            },
            ...{ protocol: TCP, packets, bytes: packets * 40, flags: 2, rejected: false },
          });
          if (!random.chance(wave.answeredShare)) return [syn];
          return [syn, answerTo(syn, { flags: 18, bytes: packets * 44 })];
        });
      case 'udp-reflection':
        return reflectors.flatMap((source) =>
          // A reflector is asked about once a second: one flow an interval.
          seconds(at, 1).flatMap((start) => {
            const packets = around(wave.packetsEach);
            const answer = flow(wave.target, {
              ...{ source, sourcePort: wave.sourcePort, targetPort: 1024 + random.below(64_000), start },
              ...{ protocol: UDP, packets, bytes: packets * wave.bytesPerPacket, flags: 0, rejected: true },
            });
            if (!random.chance(wave.fragmented)) return [answer];
            return [
              answer,
              { ...answer, sourcePort: 0, targetPort: 0, packets: packets * 2, bytes: packets * 2_600 },
            ];
          }),
        );
      case 'ack-flood':
        return seconds(at, wave.flows).flatMap((start) => {
          const packets = 1 + random.below(3);
          const acks = flow(wave.target, {
            ...{
              source: forged(random),
              sourcePort: 1024 + random.below(64_000),
              targetPort: wave.port,
              start,
            },
            // An ACK alone is recorded as no flag; every eighth comes with a reset.
            ...{ protocol: TCP, packets, bytes: packets * 40, flags: random.below(8) === 0 ? RST : 0 },
            rejected: false,
          });
          return random.chance(wave.resetShare)
            ? [acks, answerTo(acks, { flags: RST, bytes: packets * 40 })]
            : [acks];
        });
      case 'icmp-flood':
      case 'fragment-flood':
        return seconds(at, wave.flows).map((start) => {
          const packets = around(wave.packetsEach);
          // Neither ICMP nor a fragment that is not the first has ports.
          return flow(wave.target, {
            ...{ source: forged(random), sourcePort: 0, targetPort: 0, start, flags: 0, rejected: false },
            protocol: wave.kind === 'icmp-flood' ? ICMP : UDP,
            ...{ packets, bytes: packets * wave.bytesPerPacket },
          });
        });
      case 'udp-flood':
        return bots.flatMap((source) =>
          seconds(at, wave.flowsEach).map((start) => {
            const packets = around(wave.packetsEach);
            return flow(wave.target, {
              ...{ source, sourcePort: 1024 + random.below(64_000), targetPort: 1 + random.below(65_535) },
              ...{ protocol: UDP, packets, bytes: packets * wave.bytesPerPacket, start, flags: 0 },
              rejected: true,
            });
          }),
        );
      case 'carpet-bombing':
        return Array.from(
          { length: estate.others.used },
          (_, index) => `${estate.others.prefix}.${index + 1}`,
        ).flatMap((target) =>
          seconds(at, wave.flowsEach).map((start) => {
            const packets = around(wave.packetsEach);
            return flow(target, {
              ...{ source: forged(random), sourcePort: 40_000 + random.below(20_000), start, protocol: UDP },
              ...{ targetPort: 1024 + random.below(64_000), packets, bytes: packets * wave.bytesPerPacket },
              ...{ flags: 0, rejected: true },
            });
          }),
        );
    }
  };
  return { wave, reflectors, bots, flowsOf };
}
