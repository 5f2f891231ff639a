/** What a report on labour-2019 must say, whatever the seed: both windows, and the attacking addresses. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { ReportModel } from '../../src/report/model.ts';
import { renderSummary } from '../../src/report/summary.ts';
import type { Truth } from '../../src/simulate/simulate.ts';
import type { Investigated } from './scenario-lake.ts';

const MINUTE = 60_000;

/** The addresses of sources.csv and their attack requests. */
function listed(csv: string): Map<string, number> {
  const [header, ...lines] = csv.trimEnd().split('\n');
  const at = header!.split(',').indexOf('attack_requests');
  return new Map(
    lines.map((line) => [line.split(',')[0]!, Number(line.split(',').at(at - header!.split(',').length))]),
  );
}

function assertOneVantage(model: ReportModel): void {
  for (const window of model.windows)
    assert.equal(window.vantage, 'edge', 'the outermost log of the host counts');
  const edge = model.coverage.logs.find((log) => log.vantage === 'edge')!;
  const balancer = model.coverage.logs.find((log) => log.vantage === 'balancer')!;
  assert.ok(balancer.rows > 10_000, 'the balancer saw requests too');
  assert.equal(model.series.length, 1, 'one log draws the timeline');
  assert.equal(
    model.series[0]!.points.reduce((sum, point) => sum + point.requests, 0),
    edge.rows,
  );
}

/** The session in the README is the demo's, whose seed is 1. */
export function assertReadme(model: ReportModel): void {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const lines = renderSummary(model, { reportPath: 'ascribe-demo/report.html', columns: 80 });
  assert.ok(readme.includes(lines.join('\n')), `the README shows another summary than:\n${lines.join('\n')}`);
}

export function assertFound(
  t: TestContext,
  { truth, result, outcomes }: Investigated & { truth: Truth },
): void {
  const { model } = result;
  assert.ok(outcomes.every((outcome) => outcome.status !== 'refused'));
  assert.equal(model.finding, 'attack');
  assert.equal(model.synthetic, true);
  assert.equal(model.windows.length, truth.windows.length);
  for (const [index, window] of model.windows.entries()) {
    const known = truth.windows[index]!;
    assert.ok(
      Math.abs(Date.parse(window.start) - Date.parse(known.from)) <= MINUTE,
      `${window.start} for ${known.from}`,
    );
    assert.ok(
      Math.abs(Date.parse(window.end) - Date.parse(known.until)) <= MINUTE,
      `${window.end} for ${known.until}`,
    );
    assert.equal(window.kind, known.kind);
    assert.ok(
      window.requests <= known.attack_requests * 1.001,
      `${window.requests} of ${known.attack_requests}`,
    );
    assert.ok(
      window.requests >= known.attack_requests * 0.97,
      `${window.requests} of ${known.attack_requests}`,
    );
  }
  assert.equal(model.surges.length, truth.surges.length);
  assert.equal(model.surges[0]!.kind, 'flash-crowd');

  const found = listed(result.sourcesCsv);
  const attackers = new Set(truth.attackers);
  const right = [...found.keys()].filter((address) => attackers.has(address)).length;
  assert.ok(found.size > 2500);
  t.diagnostic(`precision ${right / found.size}, recall ${right / attackers.size}`);
  assert.ok(right / found.size >= 0.99, `precision ${right / found.size}`);
  assert.ok(right / attackers.size >= 0.95, `recall ${right / attackers.size}`);
  assert.equal(
    [...found.values()].reduce((sum, requests) => sum + requests, 0),
    model.windows.reduce((sum, window) => sum + window.requests, 0),
  );

  assertOneVantage(model);
  assert.equal(model.data_access.answer, 'cannot-say');
  const states = model.assessment.hypotheses.filter(({ id }) => id === 'H4' || id === 'H5');
  assert.deepEqual(
    states.map(({ likelihood }) => likelihood),
    [null, null],
  );
  for (const entry of model.ledger)
    assert.equal(entry.records, entry.rows + entry.rejects + entry.headers + entry.blanks + entry.notices);
}
