/** A scenario and a seed give logs with known truth, byte for byte the same each time. */
import { networksCsv } from './addresses.ts';
import { albLog } from './alb-log.ts';
import { cloudflareLog, type LogObject } from './cloudflare-log.ts';
import { delivered } from './delivery.ts';
import { dnsLog } from './dns-log.ts';
import { flowLog } from './flow-log.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { pack } from './slices.ts';
import type { SurfaceScenario } from './surface-scenario.ts';
import { surfaceTruth } from './surface-truth.ts';
import { traffic } from './traffic.ts';
import { type Truth, tellTruth } from './truth.ts';

export type { Truth } from './truth.ts';

/** Compressed objects under way at a time: compression runs beside the writing of the next object's lines. */
const underWay = 4;

type Options = { seed: number; write(path: string, bytes: Uint8Array): Promise<void> };

export async function simulate(
  scenario: Scenario | SurfaceScenario,
  { seed, write }: Options,
): Promise<Truth> {
  return 'surface' in scenario
    ? simulateSurface(scenario, { seed, write })
    : simulateRequests(scenario, { seed, write });
}

async function simulateSurface(scenario: SurfaceScenario, { seed, write }: Options): Promise<Truth> {
  const { objects, tell } =
    scenario.surface === 'network' ? flowLog(scenario, { seed }) : dnsLog(scenario, { seed });
  await writeLogs([objects], write);
  const truth = surfaceTruth(scenario, { seed, told: tell() });
  await writeKnown(scenario, { truth, write });
  return truth;
}

async function simulateRequests(scenario: Scenario, { seed, write }: Options): Promise<Truth> {
  const { exchanges, book } = traffic(scenario, { seed });
  const chance = (stream: string) => createRandom(seed, `${scenario.id}/${stream}`);

  const kept = scenario.logs ?? ['edge', 'origin'];
  const edgeLog = cloudflareLog(scenario, exchanges, chance('cloudflare log'));
  const logs = {
    edge: delivered(edgeLog, { delivery: scenario.delivery, random: chance('delivery') }),
    origin: albLog(scenario, exchanges, { book, random: chance('alb log') }),
  };
  await writeLogs(
    kept.map((log) => logs[log]),
    write,
  );
  const truth = tellTruth(scenario, exchanges, { seed });
  await writeKnown(scenario, { truth, write });
  return truth;
}

async function writeLogs(logs: Iterable<LogObject>[], write: Options['write']): Promise<void> {
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
}

async function writeKnown(
  scenario: Scenario | SurfaceScenario,
  { truth, write }: { truth: Truth; write: Options['write'] },
): Promise<void> {
  const encoder = new TextEncoder();
  const json = (value: unknown) => encoder.encode(`${JSON.stringify(value, null, 2)}\n`);
  await write('networks.csv', encoder.encode(networksCsv(scenario)));
  if ('caseFile' in scenario) await write('case.json', json(scenario.caseFile));
  await write('truth.json', json(truth));
}
