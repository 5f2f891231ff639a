import { UNASKED_SHARE } from './flow-verdict.ts';

/**
 * A machine that shows its address comes again: addresses drawn from all of IPv4 hardly ever do. What sends less than a
 * tenth of the middle one is a scanner of any day.
 */
const SENDER = { flows: 5, minutes: 3, ports: 5, ofMiddle: 0.1 };

/** An address that sent UDP in a window, with its flows. */
export type SenderRow = { flows: number; minutes: number; ports: number; blocked: number };

/** Null where such addresses did not send most of the flood: the others are forged, and these may be. */
export function returningSenders<Row extends SenderRow>(
  rows: readonly Row[],
  { flows }: { flows: number },
): Row[] | null {
  const returning = rows.filter(
    (row) =>
      row.flows >= SENDER.flows &&
      row.minutes >= SENDER.minutes &&
      (row.ports >= SENDER.ports || row.blocked >= UNASKED_SHARE * row.flows),
  );
  const sorted = returning.map((row) => row.flows).sort((a, b) => a - b);
  const least = SENDER.ofMiddle * (sorted[sorted.length >> 1] ?? 0);
  const senders = returning.filter((row) => row.flows >= least);
  return senders.reduce((sum, row) => sum + row.flows, 0) >= UNASKED_SHARE * flows ? senders : null;
}
