/** A scenario and a seed give logs with known truth, byte for byte the same each time. */
import { networksCsv } from './addresses.ts';
import { albLog } from './alb-log.ts';
import { cloudflareLog } from './cloudflare-log.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { pack } from './slices.ts';
import { traffic } from './traffic.ts';
import { type Truth, tellTruth } from './truth.ts';

export type { Truth } from './truth.ts';

/** Compressed objects under way at a time: compression runs beside the writing of the next object's lines. */
const underWay = 4;

export async function simulate(
  scenario: Scenario,
  options: { seed: number; write(path: string, bytes: Uint8Array): Promise<void> },
): Promise<Truth> {
  const { seed, write } = options;
  const { exchanges, book } = traffic(scenario, { seed });
  const chance = (stream: string) => createRandom(seed, `${scenario.id}/${stream}`);

  const logs = [
    cloudflareLog(scenario, exchanges, chance('cloudflare log')),
    albLog(scenario, exchanges, { book, random: chance('alb log') }),
  ];
  const waiting: { path: string; packed: Promise<Uint8Array> }[] = [];
  const writeFirst = async () => {
    const { path, packed } = waiting.shift()!;
    await write(path, await packed);
  };
  for (const log of logs) {
    for (const { path, text } of log) {
      waiting.push({ path, packed: pack(text) });
      if (waiting.length >= underWay) await writeFirst();
    }
  }
  while (waiting.length > 0) await writeFirst();

  const encoder = new TextEncoder();
  const truth = tellTruth(scenario, exchanges, { seed });
  await write('networks.csv', encoder.encode(networksCsv(scenario)));
  await write('truth.json', encoder.encode(`${JSON.stringify(truth, null, 2)}\n`));
  return truth;
}
