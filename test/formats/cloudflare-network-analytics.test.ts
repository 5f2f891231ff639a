import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';
import { packet as sampledPacket } from './valid-objects.ts';

const FORMAT = 'cloudflare-network-analytics';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);

/** Fields that the packet has no header for are 0 in the log. */
function packet(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    ...sampledPacket,
    AttackCampaignID: 'campaign-1',
    AttackVector: 'SYN Flood',
    ColoName: 'fra16',
    IPMoreFragments: 0,
    RuleID: 'rule-1',
    RulesetID: '3b64149bfa6e4220bbbc2bd6db589552',
    ...fields,
  });
}

describe('A packet that Cloudflare sampled', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: `${FORMAT}:dosd`,
      vantage: 'network',
      time: '2019-11-11T15:42:00.000Z',
      end_time: null,
      src_ip: '192.0.2.77',
      src_ip_basis: 'packet',
      src_port: 51000,
      provider_country: 'GB',
      provider_asn: 64496,
      dst_ip: '198.51.100.10',
      dst_port: 443,
      protocol: 6,
      tcp_flags: 2,
      icmp_type: null,
      icmp_code: null,
      fragment: false,
      packets: 1,
      bytes: 60,
      response_bytes: null,
      sample_interval: 1000,
      direction: 'inbound',
      action: 'blocked',
      action_detail: 'drop BLOCKED',
      action_rule: 'rule-1',
      attack_id: 'attack-1',
      attack_vector: 'SYN Flood',
      interface: 'dosd',
      edge_location: 'FRA',
    };
    const { rows } = await take([packet()]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('has the fields of its own protocol alone', async () => {
    const columns = ['src_port', 'dst_port', 'tcp_flags', 'icmp_type', 'icmp_code', 'fragment'] as const;
    const cases: [Record<string, unknown>, unknown[]][] = [
      [{ IPProtocol: 17 }, [51000, 443, null, null, null, false]],
      [{ IPProtocol: 1, ICMPType: 8 }, [null, null, null, 8, 0, false]],
      [{ IPProtocol: 58, ICMPType: '128' }, [null, null, null, 128, 0, false]],
      [{ IPProtocol: 47 }, [null, null, null, null, null, false]],
      // The first fragment holds the header of UDP, the next does not.
      [{ IPProtocol: 17, IPMoreFragments: 1 }, [51000, 443, null, null, null, true]],
      [{ IPProtocol: 17, IPFragmentOffset: 185 }, [null, null, null, null, null, true]],
      [{ IPProtocol: 17, IPFragmentOffset: undefined }, [51000, 443, null, null, null, null]],
      [{ SourcePort: 65536, DestinationPort: -1, TCPFlags: -1 }, [null, null, null, null, null, false]],
      [{ IPProtocol: undefined }, [null, null, null, null, null, false]],
    ];
    const { rows } = await take(cases.map(([fields]) => packet(fields)));
    assert.deepEqual(
      rows.map((row) => columns.map((name) => row[name])),
      cases.map(([, expected]) => expected),
    );
  });

  test('was let pass, dropped, limited or challenged', async () => {
    const cases: [Record<string, unknown>, (string | null)[]][] = [
      [{ Outcome: 'pass', Verdict: 'pass', MitigationReason: '' }, ['allowed', 'pass']],
      [{ Outcome: 'drop', MitigationReason: 'RATE_LIMITED' }, ['rate-limited', 'drop RATE_LIMITED']],
      [{ Outcome: 'drop', MitigationReason: 'CHALLENGE_NEEDED' }, ['challenged', 'drop CHALLENGE_NEEDED']],
      [{ Outcome: 'drop', MitigationReason: 'OUT_OF_SEQUENCE' }, ['blocked', 'drop OUT_OF_SEQUENCE']],
      // A rule that is switched off: it would have dropped.
      [{ Outcome: 'pass', Verdict: 'drop', MitigationReason: '' }, ['allowed', 'pass verdict drop']],
      [{ Outcome: undefined, Verdict: 'drop', MitigationReason: '' }, [null, 'verdict drop']],
      [{ Outcome: undefined, Verdict: undefined, MitigationReason: undefined }, [null, null]],
    ];
    const { rows } = await take(cases.map(([fields]) => packet(fields)));
    assert.deepEqual(
      rows.map((row) => [row.action, row.action_detail]),
      cases.map(([, expected]) => expected),
    );
  });

  test('has no attack, rule, interval or place where the log has none', async () => {
    const expected = {
      source_id: `${FORMAT}:test`,
      attack_id: null,
      attack_vector: null,
      action_rule: null,
      sample_interval: null,
      direction: 'outbound',
      edge_location: 'fra16',
      provider_asn: null,
    };
    const { rows } = await take([
      packet({
        ...{ AttackID: '', AttackCampaignID: '', AttackVector: '', RuleID: '', SampleInterval: 0 },
        ...{ Direction: 'egress', ColoCode: '', SourceASN: 0, MitigationSystem: '' },
      }),
      packet({ AttackID: '' }),
    ]);
    assert.deepEqual(picked(rows[0], expected), expected);
    assert.equal(rows[1]!.attack_id, 'campaign-1');
  });

  test('of IPv6, in nanoseconds, with a forged private source', async () => {
    const { rows } = await take([
      packet({
        IPSourceAddress: '2001:DB8:0:0::1',
        IPDestinationAddress: '2001:db8:0::2',
        Datetime: 1573486920,
      }),
      packet({ IPSourceAddress: '10.1.2.3', Datetime: '1573486920123456789' }),
      packet({ IPSourceAddress: 'x"\u0000', IPTotalLength: -5 }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.src_ip, row.src_ip_basis, row.dst_ip, row.time_precision, row.bytes]),
      [
        ['2001:db8::1', 'packet', '2001:db8::2', 's', 60],
        ['10.1.2.3', 'packet', '198.51.100.10', 'ns', 60],
        [null, 'not-an-address', '198.51.100.10', 's', null],
      ],
    );
  });

  test('that is none is a reject with its reason', async () => {
    const { rows, rejects } = await take([
      packet(),
      '{"IPSourceAddress":"192.0.2.1","Verdict":"drop"}',
      '{"Datetime":1573486920,"MitigationSystem":"dosd"}',
      packet().slice(5),
      packet({ Datetime: 0 }),
      packet(),
      packet(),
      packet(),
    ]);
    assert.equal(rows.length, 4);
    assert.deepEqual(rejects, {
      2: 'no-datetime',
      3: 'not-a-packet',
      4: 'not-a-json-object',
      5: 'time-unreadable',
    });
  });

  test('matches no other pattern', () => assert.deepEqual(patternsThatMatch(packet()), [FORMAT]));
});
