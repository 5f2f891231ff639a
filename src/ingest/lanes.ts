/**
 * Hands each piece of work that enters to the next lane in turn, and waits until it is free; at the end for all. What
 * fails stops what enters after it.
 */
export async function inLanes<Lane>(
  lanes: readonly Lane[],
  feed: (enter: (work: (lane: Lane) => Promise<void>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const busy = lanes.map(() => Promise.resolve());
  const failures: unknown[] = [];
  let turn = 0;
  try {
    await feed(async (work) => {
      await busy[turn];
      if (failures.length > 0) throw failures[0];
      busy[turn] = work(lanes[turn]!).catch((error: unknown) => void failures.push(error));
      turn = (turn + 1) % lanes.length;
    });
  } finally {
    await Promise.all(busy);
  }
  if (failures.length > 0) throw failures[0];
}
