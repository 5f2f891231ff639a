import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ascribe } from './run.ts';

const ids = readdirSync(join(import.meta.dirname, '..', '..', 'formats')).map((name) =>
  name.replace(/\.sql$/, ''),
);

/** Lines of a section, up to the next empty line. */
function section(out: string, heading: RegExp): string[] {
  const lines = out.split('\n');
  const start = lines.findIndex((line) => heading.test(line));
  assert.ok(start >= 0, `${heading}`);
  return lines.slice(start + 1, lines.indexOf('', start));
}

describe('ascribe formats', () => {
  test('lists every format once, below its table, within 80 columns', async () => {
    const { code, out } = await ascribe(['formats']);
    assert.equal(code, 0);
    assert.deepEqual(
      out.split('\n').filter((line) => line.length > 80),
      [],
    );
    const listed = [
      ...out.matchAll(/^ {2}([a-z0-9-]+) +(edge|firewall|balancer|origin|network|dns|control) /gm),
    ];
    assert.deepEqual(listed.map(([, id]) => id).sort(), [...ids].sort());
    const http = section(out, /^http_activity$/);
    assert.ok(
      http.some((line) => /^ {2}aws-alb +balancer {2}AWS Application Load Balancer access/.test(line)),
    );
    assert.ok(section(out, /^dns_activity$/).some((line) => line.startsWith('  aws-route53-resolver ')));
    assert.ok(section(out, /^network_activity$/).some((line) => line.startsWith('  aws-vpc-flow ')));
  });

  test('shows of a format where each column comes from, and why a field is left out', async () => {
    const { code, out } = await ascribe(['formats', 'aws-alb']);
    assert.equal(code, 0);
    assert.match(out, /^aws-alb: AWS Application Load Balancer access log\n/);
    assert.match(out, /^ {2}reference +https:\/\/docs\.aws\.amazon\.com\//m);
    assert.match(out, /^ {2}vantage +balancer$/m);
    assert.match(out, /^ {2}framing +one record a line$/m);
    const columns = section(out, /^Columns that it fills/);
    for (const [column, field] of [
      ['time', 'time'],
      ['host', 'request, domain_name'],
      ['src_ip', 'client:port'],
      ['path', 'request'],
      ['status_code', 'elb_status_code'],
      ['action', 'actions_executed'],
    ])
      assert.ok(
        columns.some((line) => new RegExp(`^ {2}${column} +${field}$`).test(line)),
        column,
      );
    assert.ok(
      section(out, /leaves out/).some((line) => /^ {2}chosen_cert_arn +names the certificate/.test(line)),
    );
    assert.match(out.replaceAll(/\s+/g, ' '), /Columns that it cannot fill: [^:]*\bja3, ja4\b/);
    assert.deepEqual(
      out.split('\n').filter((line) => line.length > 80 && !line.includes('https://')),
      [],
    );
  });

  test('shows header records and what a log says of itself', async () => {
    const { out } = await ascribe(['formats', 'aws-vpc-flow']);
    const words = out.replaceAll(/\s+/g, ' ');
    assert.match(
      words,
      /headers records that name the fields of those after them; all are counted, none is a row/,
    );
    assert.match(words, /Records about the log itself go to notices: .*\blog-status\b/);
    assert.match(words, /src_ip of packets, which a sender can forge/);
  });

  test('names the nearest ids of one that there is not', async () => {
    const { code, out, err } = await ascribe(['formats', 'aws-albs']);
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, /^ascribe: there is no format "aws-albs": did you mean aws-alb, .*\n$/);
    assert.match((await ascribe(['formats', 'cloudtrail'])).err, /did you mean aws-cloudtrail,/);
  });
});
