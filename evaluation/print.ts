import type { AnyScenario as Any } from '../src/simulate/rates.ts';
import { countInterval, shareInterval } from './intervals.ts';
import type { Judgement, Rates } from './judge.ts';

const DAY_MS = 86_400_000;

type Results = ReadonlyMap<string, readonly Judgement[]>;

const HEAD = [
  ...[
    'scenario',
    'runs',
    'windows',
    'found',
    'false',
    'start s',
    'end s',
    'onset',
    'kind',
    'surges',
    'false',
  ],
  ...['precision', 'recall', 'of requests', 'recall', 'data access', 'right'],
  ...['sources answer', 'gaps', 'false', 'repeats'],
];

/** A line a scenario: sums of windows, the errors of start and end that lie furthest out, the least of all rates. */
export function tableOf(results: Results): string {
  const rows = [...results].map(([id, runs]) => {
    const sum = (of: (run: Judgement) => number): string => String(total(runs, of));
    return [
      id,
      String(runs.length),
      sum(({ windows }) => windows.true),
      sum(({ windows }) => windows.found),
      sum(({ windows }) => windows.false),
      furthest(runs.flatMap(({ startSeconds }) => startSeconds)),
      furthest(runs.flatMap(({ endSeconds }) => endSeconds)),
      `${sum(({ onsets }) => onsets.held)}/${sum(({ onsets }) => onsets.told)}`,
      `${sum(({ kinds }) => kinds.right)}/${sum(({ kinds }) => kinds.found)}`,
      `${sum(({ surges }) => surges.right)}/${sum(({ surges }) => surges.true)}`,
      sum(({ surges }) => surges.false),
      ...rates(runs.map(({ addresses }) => addresses)),
      ...rates(runs.map(({ requests }) => requests)),
      [...new Set(runs.map(({ dataAccess }) => dataAccess.said))].join(', '),
      `${sum(({ dataAccess }) => Number(dataAccess.right))}/${runs.length}`,
      `${sum(({ sourcesAnswer }) => Number(sourcesAnswer.right))}/${runs.length}`,
      `${sum(({ coverage }) => coverage.gaps.found)}/${sum(({ coverage }) => coverage.gaps.true)}`,
      sum(({ coverage }) => coverage.gaps.false),
      `${sum(({ coverage }) => coverage.repeats.said)}/${sum(({ coverage }) => coverage.repeats.true)}`,
    ];
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function totals(results: Results, scenarios: Readonly<Record<string, Any>>): string {
  const runs = [...results.values()].flat();
  const windows = total(runs, (run) => run.windows.true);
  const found = total(runs, (run) => run.windows.found);
  const [low, high] = shareInterval(found, windows);
  const quiet = [...results].filter(([id]) => wavesOf(scenarios[id]!) === 0);
  const hostDays = quiet.reduce((sum, [id, of]) => sum + of.length * hostDaysOf(scenarios[id]!), 0);
  const falses = quiet.reduce((sum, [, of]) => sum + total(of, (run) => run.windows.false), 0);
  const [least, most] = countInterval(falses).map((count) => (count / hostDays) * 1000) as [number, number];
  return [
    `${runs.length} runs of ${results.size} scenarios.`,
    `Windows found: ${found} of ${windows}, ${percent(low)} to ${percent(high)} with a confidence of 95 %.`,
    ...(hostDays > 0
      ? [
          `False windows where nothing happened: ${falses} in ${Number(hostDays.toFixed(1))} host-days, ${least.toFixed(1)} to ${most.toFixed(1)} in a thousand with a confidence of 95 %.`,
        ]
      : []),
  ].join('\n');
}

const wavesOf = (scenario: Any): number =>
  ('surface' in scenario ? scenario.waves : scenario.attack.waves).length;

/** Days of what is watched: hosts, zones, or a network as one. */
function hostDaysOf(scenario: Any): number {
  const { period } = scenario;
  const days = (Date.parse(period.until) - Date.parse(period.from)) / DAY_MS;
  if (!('surface' in scenario)) return new Set(scenario.site.pages.map(({ host }) => host)).size * days;
  return (scenario.surface === 'dns' ? scenario.zones.length : 1) * days;
}

function total(runs: readonly Judgement[], of: (run: Judgement) => number): number {
  return runs.reduce((sum, run) => sum + of(run), 0);
}

function furthest(errors: readonly number[]): string {
  if (errors.length === 0) return '';
  return errors.reduce((far, each) => (Math.abs(each) > Math.abs(far) ? each : far)).toFixed(1);
}

function rates(all: readonly Rates[]): [string, string] {
  const least = (values: readonly (number | null)[]): string => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? '' : Math.min(...known).toFixed(3);
  };
  return [least(all.map(({ precision }) => precision)), least(all.map(({ recall }) => recall))];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
