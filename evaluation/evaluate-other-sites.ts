/**
 * Investigates logs of other sites than the simulator's, made by other rules, and prints how far the reports are right.
 * Thresholds were looked at on seeds 1 and 2; figures are of seeds 6 and later.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Truth } from '../src/simulate/truth.ts';
import type { Judgement } from './judge.ts';
import { otherCases, siteOf } from './other-sites/cases.ts';
import { linesOf } from './other-sites/logs.ts';
import { HOUR, type Site } from './other-sites/site.ts';
import { tableOf } from './print.ts';
import { judgeFolder } from './run.ts';

const USAGE = 'npm run evaluate:other-sites -- [--case <id>]... [--seeds 6-10]\n';
const START = Date.UTC(2022, 5, 7);

const { values } = parseArgs({
  options: { case: { type: 'string', multiple: true }, seeds: { type: 'string', default: '6-10' } },
});
const range = /^(\d+)(?:-(\d+))?$/.exec(values.seeds);
const chosen = values.case ?? Object.keys(otherCases);
const unknown = chosen.filter((id) => !otherCases[id]);
if (!range || unknown.length > 0) {
  process.stderr.write(
    `${unknown.length > 0 ? `there is no case ${unknown.join(', ')}` : '--seeds takes 6 or 6-10'}\n\n${USAGE}`,
  );
  process.exit(2);
}

const results = new Map<string, Judgement[]>();
for (const id of chosen) {
  const judgements: Judgement[] = [];
  for (let seed = Number(range[1]); seed <= Number(range[2] ?? range[1]); seed += 1) {
    judgements.push(await evaluateCase(id, seed));
    process.stderr.write(`${id}, seed ${seed}: ${JSON.stringify(judgements.at(-1))}\n`);
  }
  results.set(id, judgements);
}
process.stdout.write(`${tableOf(results)}\n`);

async function evaluateCase(id: string, seed: number): Promise<Judgement> {
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-other-sites-'));
  try {
    const { site, fingerprints } = siteOf(id, seed);
    const lines = linesOf(site, { format: otherCases[id]!.format, start: START, seed, fingerprints });
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'logs', 'requests.log'), `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'networks.csv'), networks());
    return await judgeFolder(truthOf(id, { site, seed }), folder, { isWhole: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The addresses, which nobody has, as networks of a country each. */
function networks(): string {
  const rows = Array.from({ length: 16 }, (_, index) =>
    [`${240 + index}.0.0.0/8`, 64_496 + index, `Example ${index}`, 'GB', 'access', '', ''].join(),
  );
  const head = [
    '# title: Networks of the other sites',
    '# version: 1',
    '# date: 2022-06-01',
    '# synthetic: true',
  ];
  return [...head, 'cidr,asn,as_org,country,network_type,valid_from,valid_until', ...rows, ''].join('\n');
}

function truthOf(id: string, { site, seed }: { site: Site; seed: number }): Truth {
  const { hours, windows = [], rises = [] } = otherCases[id]!;
  const time = (at: number): string => new Date(START + at).toISOString();
  const attack = site.requests.filter(({ wave, at }) => wave !== null && at < hours * HOUR);
  const sent = new Map<string, number>();
  for (const { address } of attack) sent.set(address, (sent.get(address) ?? 0) + 1);
  const usual = site.requests.filter(({ wave }) => wave === null);
  return {
    ...{ scenario: id, title: id, seed, synthetic: true, note: '' },
    period: { from: time(0), until: time(hours * HOUR) },
    windows: windows.map((kind, index) => {
      const own = attack.filter(({ wave }) => wave === index);
      const times = own.map(({ at }) => at);
      return {
        ...{ kind, techniques: [], attack_requests: own.length },
        from: time(times.reduce((least, at) => Math.min(least, at))),
        until: time(times.reduce((most, at) => Math.max(most, at)) + 1),
        attackers_count: new Set(own.map(({ address }) => address)).size,
      };
    }),
    surges: rises.map(({ from, until }) => ({
      from: time(from),
      until: time(until),
      kind: 'flash-crowd' as const,
    })),
    attackers: [...sent.keys()],
    attackers_requests: [...sent.values()],
    shared: [],
    attack_requests: attack.length,
    legitimate_requests: usual.length,
    data_access: 'none',
  };
}
