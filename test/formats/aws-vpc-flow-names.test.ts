/** Names of VPC flow logs that are newer than this format: each is what it is, and no value is read by a guessed place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeLog } from './one-log.ts';

const NAMES =
  'version account-id interface-id dstaddr srcaddr dstport srcport protocol packets bytes start end action log-status';
const FLOW =
  '3 123456789012 eni-0123456789abcdef0 10.0.0.9 192.0.2.1 443 20641 6 20 4249 1573486920 1573486980 ACCEPT OK';

for (const [place, names, flow] of [
  ['last', `${NAMES} brand-new_field2`, `${FLOW} x`],
  ['first', `brand-new-field ${NAMES}`, `x ${FLOW}`],
] as const)
  test(`A name that is new and stands ${place} leaves the others where they are`, async () => {
    const { rows, rejects, marker } = await takeLog('aws-vpc-flow', [names, flow]);
    assert.deepEqual(rejects, {});
    assert.equal(marker.ledger.headers, 1);
    assert.deepEqual(
      rows.map((row) => [row.src_ip, row.src_port, row.dst_ip, row.dst_port]),
      [['192.0.2.1', 20641, '10.0.0.9', 443]],
    );
  });
