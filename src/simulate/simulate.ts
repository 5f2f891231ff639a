/** A scenario and a seed give logs with known truth, byte for byte the same each time. */
import { networksCsv } from './addresses.ts';
import { albLog } from './alb-log.ts';
import { cloudflareLog, type LogObject } from './cloudflare-log.ts';
import { delivered } from './delivery.ts';
import { dnsLog } from './dns-log.ts';
import { flowLog } from './flow-log.ts';
import { truthOfParts, truthOfSurfaces } from './joined-truth.ts';
import { streamsOf } from './random.ts';
import { type AnyScenario, withRates } from './rates.ts';
import type { Scenario } from './scenario.ts';
import { pack } from './slices.ts';
import type { SurfaceScenario } from './surface-scenario.ts';
import { surfaceTruth } from './surface-truth.ts';
import { traffic } from './traffic.ts';
import { type Truth, tellTruth } from './truth.ts';

export type { Truth } from './truth.ts';

/** Compressed objects under way at a time: compression runs beside the writing of the next object's lines. */
const underWay = 4;

type Options = {
  seed: number;
  /**
   * How many times the scenario's people, bots and rates: above 1 in parts of at most 1, each with the same people and
   * bots, one after another, so that memory does not grow with it.
   */
  scale?: number;
  write(path: string, bytes: Uint8Array): Promise<void>;
};

/** What a part is made with. */
type Part = Pick<Options, 'seed' | 'write'> & { part: number };

/** Throws RangeError for a scale that is not above 0. */
export async function simulate(scenario: AnyScenario, { seed, scale = 1, write }: Options): Promise<Truth> {
  if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError(`a scale is above 0, not ${scale}`);
  const parts = Math.ceil(scale);
  const each = scale / parts;
  const scaled = withRates(scenario, { usual: each, attack: each });
  let truth: Truth | null = null;
  for (let part = 0; part < parts; part += 1) {
    const folder = `part-${String(part + 1).padStart(4, '0')}`;
    const own = await simulatePart(scaled, {
      ...{ seed, part },
      write: parts === 1 ? write : (path, bytes) => write(path.replace(/^logs\//, `logs/${folder}/`), bytes),
    });
    truth = truth ? truthOfParts(truth, own) : own;
  }
  await writeKnown(scenario, { truth: truth!, write });
  return truth!;
}

async function simulatePart(scenario: AnyScenario, how: Part): Promise<Truth> {
  if (!('surface' in scenario)) return simulateRequests(scenario, how);
  if (scenario.surface !== 'mixed') return simulateSurface(scenario, how);
  const { id, title, note } = scenario;
  const requests = await simulateRequests(scenario.requests, how);
  const flows = await simulateSurface(scenario.flows, how);
  return { ...truthOfSurfaces(requests, flows), scenario: id, title, note };
}

async function simulateSurface(scenario: SurfaceScenario, { seed, part, write }: Part): Promise<Truth> {
  const { objects, tell } =
    scenario.surface === 'network' ? flowLog(scenario, { seed, part }) : dnsLog(scenario, { seed, part });
  await writeLogs([objects], write);
  return surfaceTruth(scenario, { seed, told: tell() });
}

async function simulateRequests(scenario: Scenario, { seed, part, write }: Part): Promise<Truth> {
  const { exchanges, book } = traffic(scenario, { seed, part });
  const { what: chance } = streamsOf(scenario.id, { seed, part });
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
  return tellTruth(scenario, exchanges, { seed });
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
  scenario: AnyScenario,
  { truth, write }: { truth: Truth; write: Options['write'] },
): Promise<void> {
  const encoder = new TextEncoder();
  const json = (value: unknown) => encoder.encode(`${JSON.stringify(value, null, 2)}\n`);
  await write('networks.csv', encoder.encode(networksCsv(scenario)));
  if ('caseFile' in scenario) await write('case.json', json(scenario.caseFile));
  await write('truth.json', json(truth));
}
