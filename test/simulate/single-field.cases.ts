import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { bestF1, mostFrequent, prefixOf } from '../../evaluation/single-field.ts';
import { type EdgeRecord, type Generated, networkOf } from './generated.ts';

export function singleField(get: () => Generated): void {
  describe('no single field tells the attackers, but their conjunction does', () => {
    let generated: Generated;
    let byAddress: Map<string, EdgeRecord[]>;
    const typeByAddress = new Map<string, string>();

    before(() => {
      generated = get();
      byAddress = Map.groupBy(generated.edge, (record) => record.address);
      for (const address of byAddress.keys()) {
        typeByAddress.set(address, networkOf(generated.networks, address)?.type ?? '');
      }
    });

    const fields: Record<string, (record: EdgeRecord) => string> = {
      prefix: (record) => prefixOf(record.address),
      agent: (record) => record.agent,
      path: (record) => record.path,
      ja4: (record) => record.ja4,
      country: (record) => record.country,
      asn: (record) => String(record.asn),
      'network type': (record) => typeByAddress.get(record.address)!,
    };

    test('the test sees enough addresses and requests to judge', () => {
      const attackers = new Set(generated.truth.attackers);
      const others = [...byAddress.keys()].filter((address) => !attackers.has(address));
      assert.ok(attackers.size > 2_800 && attackers.size < 3_300, `${attackers.size} attackers`);
      assert.ok(others.length > 8_500 && others.length < 10_500, `${others.length} others`);
      const attack = generated.edge.filter((record) => record.attack).length;
      assert.ok(attack > 125_000 && generated.edge.length - attack > 180_000);
      assert.equal(
        bestF1([
          { value: 'a', positive: true },
          { value: 'b', positive: false },
        ]),
        1,
      );
    });

    for (const [name, read] of Object.entries(fields)) {
      test(`${name} tells neither attacking addresses nor attack requests with F1 above 0.8`, (t) => {
        const attackers = new Set(generated.truth.attackers);
        const addresses = [...byAddress].map(([address, records]) => ({
          value: mostFrequent(records.map(read)),
          positive: attackers.has(address),
        }));
        const requests = generated.edge.map((record) => ({ value: read(record), positive: record.attack }));
        const f1 = { addresses: bestF1(addresses), requests: bestF1(requests) };
        t.diagnostic(`F1 by address ${f1.addresses.toFixed(3)}, by request ${f1.requests.toFixed(3)}`);
        assert.ok(f1.addresses <= 0.8, `by address ${f1.addresses}`);
        assert.ok(f1.requests <= 0.8, `by request ${f1.requests}`);
      });
    }

    test('growth of (JA4, agent, template, referrer) over the quiet finds the attackers', (t) => {
      const found = attackersByGrowth(generated);
      const truth = new Set(generated.truth.attackers);
      const right = [...found].filter((address) => truth.has(address)).length;
      const precision = right / found.size;
      const recall = right / truth.size;
      t.diagnostic(`precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`);
      assert.ok(precision >= 0.99, `precision ${precision}`);
      assert.ok(recall >= 0.95, `recall ${recall}`);
    });
  });
}

/** What an analyst does who knows the windows and nothing else. */
function attackersByGrowth({ edge, truth }: Generated): Set<string> {
  const windows = truth.windows.map(({ from, until }) => [Date.parse(from), Date.parse(until)] as const);
  const inside = (record: EdgeRecord) =>
    windows.some(([from, until]) => record.start >= from && record.start < until);
  const insideMs = windows.reduce((sum, [from, until]) => sum + until - from, 0);
  const outsideMs = Date.parse(truth.period.until) - Date.parse(truth.period.from) - insideMs;
  const clusters = new Map<string, { inside: EdgeRecord[]; outside: number }>();
  for (const record of edge) {
    const template = record.uri.replace(/(?<=[?&=])(?=[a-z]*\d)[a-z0-9]{6,}/g, '*');
    const key = [record.ja4, record.agent, template, record.referer !== ''].join('\t');
    const cluster = clusters.get(key) ?? { inside: [], outside: 0 };
    if (inside(record)) cluster.inside.push(record);
    else cluster.outside += 1;
    clusters.set(key, cluster);
  }
  const requests = new Map<string, number>();
  for (const cluster of clusters.values()) {
    const expected = (Math.max(cluster.outside, 1) * insideMs) / outsideMs;
    if (cluster.inside.length < 10 || cluster.inside.length < 10 * expected) continue;
    for (const { address } of cluster.inside) requests.set(address, (requests.get(address) ?? 0) + 1);
  }
  return new Set([...requests].filter(([, count]) => count >= 3).map(([address]) => address));
}
