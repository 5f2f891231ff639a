/** How a log fares on its way: objects that never arrive, and objects that arrive twice. */
import type { LogObject } from './cloudflare-log.ts';
import type { Random } from './random.ts';
import type { Delivery } from './scenario.ts';
import { compactTime, sliceMs } from './slices.ts';

/** An object of the edge's log, with the beginning of its five minutes, ms since 1970. */
export type Slice = LogObject & { start: number };

type Span = { from: string; until: string };

/** Whether the whole of an object's five minutes lies in a time. */
const isIn = ({ from, until }: Span, start: number): boolean =>
  start >= Date.parse(from) && start + sliceMs <= Date.parse(until);

export function isDelivered({ missing }: Delivery, start: number): boolean {
  return !missing.some((span) => isIn(span, start));
}

/**
 * The objects as they arrive. Delivery is at least once: a batch of which the sender does not know that it arrived is
 * sent again under another name, as it was or with its neighbours.
 */
export function* delivered(
  objects: Iterable<Slice>,
  { delivery, random }: { delivery: Delivery | undefined; random: Random },
): Generator<LogObject> {
  const waiting = new Map<Delivery['repeated'][number], Slice[]>();
  for (const object of objects) {
    if (delivery && !isDelivered(delivery, object.start)) continue;
    yield object;
    for (const repeat of delivery?.repeated ?? []) {
      if (!isIn(repeat, object.start)) continue;
      if (repeat.as === 'same') yield renamed([object], random);
      else waiting.set(repeat, [...(waiting.get(repeat) ?? []), object]);
    }
  }
  for (const objects of waiting.values()) yield renamed(objects, random);
}

function renamed(objects: readonly Slice[], random: Random): LogObject {
  const from = compactTime(objects[0]!.start);
  const until = compactTime(objects.at(-1)!.start + sliceMs - 1000);
  return {
    path: `logs/cloudflare/${from.slice(0, 8)}/${from}_${until}_${random.hex(8)}.log.gz`,
    text: objects.map(({ text }) => text).join(''),
  };
}

/** How many requests of some ends (ms since 1970) the log holds once more than it should. */
export function repeatedCount({ missing, repeated }: Delivery, ends: readonly number[]): number {
  const again = repeated.filter((repeat) => repeat.as === 'cut anew');
  return ends.filter((end) => {
    const start = end - (end % sliceMs);
    return isDelivered({ missing, repeated }, start) && again.some((repeat) => isIn(repeat, start));
  }).length;
}
