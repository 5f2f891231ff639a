/**
 * Reads items side by side, at most `atOnce` at a time, and yields what was read in the order of the items. An
 * object store answers many reads as fast as one; the bound keeps memory and open connections small.
 */
export async function* inOrder<Item, Read>(
  items: Iterable<Item>,
  { atOnce, read }: { atOnce: number; read: (item: Item) => Promise<Read> },
): AsyncGenerator<{ item: Item; read: Read }> {
  const underWay: { item: Item; reading: Promise<Read> }[] = [];
  for (const item of items) {
    if (underWay.length >= atOnce) yield settled(underWay.shift()!);
    const reading = read(item);
    // Its turn may come after another one failed: then nobody waits for it.
    reading.catch(() => {});
    underWay.push({ item, reading });
  }
  for (const next of underWay) yield settled(next);
}

async function settled<Item, Read>({ item, reading }: { item: Item; reading: Promise<Read> }) {
  return { item, read: await reading };
}

/** Small objects of a store. */
export const READS_AT_ONCE = 32;
/** The records of whole seals: a few are enough to be quick, and more would fill the memory. */
export const LINES_AT_ONCE = 3;
