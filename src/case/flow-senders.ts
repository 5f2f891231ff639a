import type { Analyst } from '../catalogue/engine.ts';
import { returningSenders } from '../detection/udp-senders.ts';
import type { Sender } from './flood.ts';
import { asked, type FlowLogName } from './flow-asking.ts';
import { num, time } from './signature-rows.ts';
import type { Span } from './span.ts';

/** Addresses with fewer flows can be drawn twice by chance. */
const LEAST_FLOWS = 5;

/** Machines that sent a flood of plain UDP under an address that came again and again; null where most of it was forged. */
export async function sendersOf(
  analyst: Analyst,
  { log, span, flows }: { log: FlowLogName; span: Span; flows: number },
): Promise<Sender[] | null> {
  const rows = await analyst.ask('origin/udp-senders', {
    ...asked(log.sourceId, span),
    least_flows: String(LEAST_FLOWS),
  });
  return returningSenders(
    rows.map((row) => ({
      srcIp: String(row.src_ip),
      asn: row.asn === null ? null : num(row.asn),
      flows: num(row.flows),
      minutes: num(row.minutes),
      ports: num(row.target_ports),
      blocked: num(row.blocked),
      firstSeen: time(row.first_seen),
      lastSeen: time(row.last_seen),
    })),
    { flows },
  );
}
