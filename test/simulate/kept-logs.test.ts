/** Logs of which a part was not kept, or arrived twice. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { balancerLine, family, lines, networkOf, networkRows } from './generated.ts';
import { simulated, textOf } from './small-scenario.ts';

describe('an origin behind a delivery network', () => {
  test('has its own log alone, which names no client, and a truth that says so', async () => {
    const run = await simulated('origin-behind-cdn');
    assert.deepEqual(run.edge, []);
    const networks = networkRows(textOf(run, 'networks.csv'));
    const balancer = lines(run.files, 'logs/alb/').map(balancerLine);
    assert.deepEqual([...new Set(balancer.map(({ peer }) => networkOf(networks, peer)?.type))], ['cdn']);
    const attackers = new Set(run.truth.attackers);
    assert.ok(attackers.size > 100 && balancer.every(({ peer }) => family(peer) && !attackers.has(peer)));
    assert.equal(run.truth.sources_answer, 'cannot-say');
    assert.equal(run.truth.attack_requests + run.truth.legitimate_requests, balancer.length);
    const [window] = run.truth.windows;
    assert.ok(window!.attack_requests > 1_000);
  });
});

describe('a log with a gap and repeats', () => {
  test('lacks the hour that its truth names, and has requests twice as often as it says', async () => {
    const { truth, edge, files } = await simulated('gaps-and-repeats');
    const [missing] = truth.coverage!.missing;
    const [from, until] = [Date.parse(missing!.from), Date.parse(missing!.until)];
    assert.equal(until - from, 3_600_000);
    assert.deepEqual(
      edge.filter(({ end }) => end >= from && end < until),
      [],
    );
    for (const around of [from - 600_000, until])
      assert.ok(edge.some(({ end }) => end >= around && end < around + 600_000));
    // Objects with the same lines are one object, whatever their names.
    const texts = new Set(
      [...files].filter(([path]) => path.startsWith('logs/')).map(([path]) => lines(files, path).join('\n')),
    );
    const once = [...texts].reduce((sum, text) => sum + text.split('\n').length, 0);
    const rays = new Set(edge.map(({ ray }) => ray));
    assert.ok(truth.coverage!.repeated_requests > 500);
    assert.equal(once - rays.size, truth.coverage!.repeated_requests);
    assert.ok(edge.length > once, 'some objects arrive again as they were');
    assert.equal(truth.attack_requests + truth.legitimate_requests, rays.size);
    assert.equal(lines(files, 'logs/alb/').length, 0);
  });

  test('is fixed by its seed', async () => {
    const [one, again, other] = [
      await simulated('gaps-and-repeats', 2),
      await simulated('gaps-and-repeats', 2),
      await simulated('gaps-and-repeats', 3),
    ];
    assert.deepEqual(one.files, again.files);
    assert.notDeepEqual([...one.files.keys()], [...other.files.keys()]);
  });
});
