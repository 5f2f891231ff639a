import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type EdgeRecord, family, type Generated, lines, networkOf } from './generated.ts';

export function agreement(get: () => Generated): void {
  describe('the logs agree with their truth and with each other', () => {
    let generated: Generated;
    let attack: EdgeRecord[];
    let legitimate: EdgeRecord[];
    const within = ({ from, until }: { from: string; until: string }) => {
      const [first, last] = [Date.parse(from), Date.parse(until)];
      return (record: EdgeRecord) => record.start >= first && record.start < last;
    };
    const during = (record: EdgeRecord) => generated.truth.windows.some((window) => within(window)(record));
    const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

    before(() => {
      generated = get();
      attack = generated.edge.filter((record) => record.attack);
      legitimate = generated.edge.filter((record) => !record.attack);
    });

    test('the truth counts what the logs hold', () => {
      const { truth, edge } = generated;
      assert.equal(truth.attack_requests, attack.length);
      assert.equal(truth.legitimate_requests, legitimate.length);
      assert.deepEqual(truth.attackers, [...new Set(attack.map(({ address }) => address))].sort());
      const others = new Set(legitimate.map(({ address }) => address));
      assert.deepEqual(
        truth.shared,
        truth.attackers.filter((address) => others.has(address)),
      );
      assert.ok(edge.length > 310_000 && edge.length < 350_000, `${edge.length} records`);
      assert.equal(new Set(edge.map(({ ray }) => ray)).size, edge.length);
    });

    test('each window holds its attack requests, from the first to the last', () => {
      const { truth } = generated;
      let counted = 0;
      for (const window of truth.windows) {
        const own = attack.filter(within(window));
        counted += own.length;
        assert.equal(own.length, window.attack_requests);
        assert.equal(new Set(own.map(({ address }) => address)).size, window.attackers_count);
        const starts = own.map(({ start }) => start);
        const [first, last] = [Math.min(...starts.slice(0, 5000)), Math.max(...starts.slice(-5000))];
        assert.equal(new Date(first).toISOString(), window.from);
        assert.equal(new Date(last + 1).toISOString(), window.until);
        assert.ok(starts.filter((start) => start < first + 60_000).length >= 30);
        assert.ok(starts.filter((start) => start > last - 60_000).length >= 30);
        const perBot = [...Map.groupBy(own, ({ address }) => address).values()].map(({ length }) => length);
        assert.ok(Math.min(...perBot) >= 6);
      }
      assert.equal(counted, attack.length);
    });

    test('most attack requests are stopped at the edge, and the rest is answered', (t) => {
      const stopped = attack.filter(({ action }) => action === 'block' || action === 'managedChallenge');
      t.diagnostic(`mitigated ${(stopped.length / attack.length).toFixed(4)}`);
      assert.ok(stopped.length / attack.length >= 0.95);
      assert.ok(
        stopped.every(({ status, originStatus }) => [403, 429].includes(status) && originStatus === 0),
      );
      assert.ok(attack.some(({ originStatus }) => originStatus > 0));
    });

    test('the share of the attack from Russian and Brazilian addresses is that of the reports', () => {
      const { truth, networks } = generated;
      const named = truth.attackers.filter((address) =>
        ['RU', 'BR'].includes(networkOf(networks, address)?.country ?? ''),
      );
      const share = named.length / truth.attackers.length;
      assert.ok(share >= 0.8 && share <= 0.88, String(share));
    });

    test('the defence challenges or limits some visitors, and the origin slows without falling', (t) => {
      const present = legitimate.filter(during);
      const touched = present.filter(({ action }) => action !== '').length / present.length;
      const dynamic = (record: EdgeRecord) => record.cache === 'dynamic' && record.path === '/events/find';
      const slower =
        median(present.filter(dynamic).map(({ originMs }) => originMs)) /
        median(
          legitimate.filter((record) => dynamic(record) && !during(record)).map(({ originMs }) => originMs),
        );
      const asked = present.filter(({ cache }) => cache === 'dynamic');
      const failed = asked.filter(({ status }) => status >= 500).length / asked.length;
      t.diagnostic(
        `${present.length} legitimate requests, touched ${touched.toFixed(3)}, slower ${slower.toFixed(2)}, failed ${failed.toFixed(4)}`,
      );
      assert.ok(touched >= 0.06 && touched <= 0.1);
      assert.ok(slower >= 3 && slower <= 6);
      assert.ok(failed > 0 && failed < 0.02);
      assert.equal(legitimate.filter((record) => record.status >= 500 && !during(record)).length, 0);
    });

    test('a crowd comes on the second evening, with referrers and assets', () => {
      const [surge] = generated.truth.surges;
      const [from, until] = [Date.parse(surge!.from), Date.parse(surge!.until)];
      const count = (start: number, end: number) =>
        legitimate.filter((record) => record.start >= start && record.start < end).length /
        ((end - start) / 60_000);
      const growth = count(from + 180_000, from + 480_000) / count(from - 1_800_000, from);
      assert.ok(growth > 3 && growth < 5.5, String(growth));
      const rush = legitimate.filter((record) => record.start >= from && record.start < until);
      assert.ok(rush.filter(({ referer }) => referer !== '').length / rush.length > 0.7);
      assert.ok(rush.filter(({ path }) => path.startsWith('/assets/')).length / rush.length > 0.3);
    });

    test('every balancer line is a request that the edge passed on, and every such request a line', () => {
      const { edge, balancer } = generated;
      const passed = edge.filter(({ originStatus }) => originStatus > 0);
      assert.equal(balancer.length, passed.length);
      const keyed = Map.groupBy(passed, (record) =>
        [
          `${record.method} https://${record.host}:443${record.uri} HTTP/1.1`,
          record.agent,
          record.originStatus,
        ].join(),
      );
      // Lines by time, each to the candidate that ends first: if any assignment exists, this finds one.
      for (const candidates of keyed.values()) candidates.sort((a, b) => a.end - b.end);
      for (const { time, fields } of balancer.toSorted((a, b) => a.time - b.time)) {
        assert.equal(fields.length, 33);
        const candidates = keyed.get([fields[12], fields[13], fields[8]].join()) ?? [];
        const match = candidates.findIndex(({ start, end }) => time >= start && time <= end + 10);
        assert.ok(match >= 0, `no edge record for ${fields.join(' ')}`);
        candidates.splice(match, 1);
      }
    });

    test('nobody gets anything from an administration or export path', () => {
      const sensitive = generated.edge.filter(({ path }) =>
        /^\/(admin|export|wp-login|\.env|\.git|phpmyadmin)/.test(path),
      );
      assert.ok(sensitive.length > 100);
      assert.ok(sensitive.every(({ status, attack: isAttack }) => [403, 404].includes(status) && !isAttack));
      assert.equal(generated.truth.data_access, 'none');
    });

    test('every address is reserved, and networks.csv covers every client and every peer', () => {
      const { edge, balancer, networks } = generated;
      const reserved = /^(198\.1[89]\.|2[45]\d\.|2001:db8:)/;
      for (const { cidr, asn } of networks) {
        assert.match(cidr, reserved);
        assert.ok((asn >= 64496 && asn <= 64511) || (asn >= 65536 && asn <= 65551));
      }
      const clients = Map.groupBy(edge, ({ address }) => address);
      for (const [address, records] of clients) {
        assert.match(address, reserved);
        const network = networkOf(networks, address);
        assert.ok(network, `${address} (${family(address)}) is in no network`);
        assert.ok(records.every(({ asn }) => asn === network.asn));
      }
      for (const peer of new Set(balancer.map((line) => line.peer))) {
        assert.match(peer, reserved);
        assert.equal(networkOf(networks, peer)?.type, 'cdn');
      }
      for (const target of new Set(balancer.map((line) => line.target)))
        assert.match(target, /^198\.51\.100\./);
    });

    test('each Logpush object holds the five minutes of its name, and its times are digits to the nanosecond', () => {
      const { files } = generated;
      const path = [...files.keys()].find((key) => key.includes('20191111T154000Z_20191111T154459Z'))!;
      assert.match(
        path,
        /^logs\/cloudflare\/20191111\/20191111T154000Z_20191111T154459Z_[0-9a-f]{8}\.log\.gz$/,
      );
      const ends = lines(new Map([[path, files.get(path)!]]), 'logs/').map(
        (line) => /"EdgeEndTimestamp":(\d{19}),/.exec(line)![1]!,
      );
      const from = BigInt(Date.parse('2019-11-11T15:40:00Z')) * 1_000_000n;
      assert.ok(ends.every((end) => BigInt(end) >= from && BigInt(end) < from + 300_000_000_000n));
      const object = [...files.keys()].find((key) => key.includes('_20191111T1545Z_192.0.2.10_'))!;
      assert.match(
        object,
        /^logs\/alb\/AWSLogs\/123456789012\/elasticloadbalancing\/eu-west-2\/2019\/11\/11\/123456789012_elasticloadbalancing_eu-west-2_app\.campaign\.[0-9a-f]{16}_20191111T1545Z_192\.0\.2\.10_[0-9a-f]{8}\.log\.gz$/,
      );
    });
  });
}
