/** A scenario as a user has it: its logs in a folder, investigated by the command, and what its files then say. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ReportModel } from '../src/report/model.ts';
import { createRandom } from '../src/simulate/random.ts';
import type { AnyScenario } from '../src/simulate/rates.ts';
import { simulate, type Truth } from '../src/simulate/simulate.ts';
import { ascribe } from '../test/cli/run.ts';
import { type Judgement, judge, type NamedSource } from './judge.ts';

/** `lost` is the share of the log objects that never arrive. */
export async function evaluate(
  scenario: AnyScenario,
  { seed, lost }: { seed: number; lost: number },
): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-evaluation-'));
  const random = createRandom(seed, `${scenario.id}/lost`);
  try {
    const truth = await simulate(scenario, {
      seed,
      async write(path, bytes) {
        if (path.startsWith('logs/') && random.chance(lost)) return;
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      },
    });
    return await judgeFolder(truth, folder, { isWhole: lost === 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Investigates the logs of a folder, as a user would, and holds what the files say against the truth. */
export async function judgeFolder(
  truth: Truth,
  folder: string,
  { isWhole }: { isWhole: boolean },
): Promise<Judgement> {
  await investigate(folder);
  const report = JSON.parse(readFileSync(join(folder, 'out', 'report.json'), 'utf8')) as ReportModel;
  return judge(truth, report, sourcesOf(report, join(folder, 'out')), { isWhole });
}

function sourcesOf({ sources }: ReportModel, folder: string): NamedSource[] {
  if (sources === null) return [];
  const rows = parse(readFileSync(join(folder, sources), 'utf8'), { columns: true }) as Record<
    string,
    string
  >[];
  return rows.map(({ src_ip, attack_requests }) => ({
    address: src_ip!,
    attackRequests: Number(attack_requests),
  }));
}

async function investigate(folder: string): Promise<void> {
  const logs = ['investigate', join(folder, 'logs'), '--networks', join(folder, 'networks.csv')];
  const known = join(folder, 'case.json');
  const given = existsSync(known) ? ['--case', known] : [];
  const { code, err } = await ascribe([...logs, ...given, '--out', join(folder, 'out')]);
  if (code !== 0) throw new Error(`ascribe investigate ended with ${code}:\n${err}`);
}
