/** A query says what it takes, what stands where nothing is given, and how it is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { queryHelp } from '../../src/cli/query-help.ts';
import { ascribe } from './run.ts';

test('ascribe query ID --help shows the parameters of the query', async () => {
  const { code, out } = await ascribe(['query', 'impact/large-responses', '--help']);
  assert.equal(code, 0);
  assert.match(out, /-p, --param <name=value> +any other parameter; times as with --from\n/);
  assert.match(out, /\n {2}least_bytes \(bigint\) +bytes from which on [\s\S]*?\n +It must be given\.\n/);
  assert.match(out, /\n {2}repeats \(bigint\) [\s\S]*?\n +Default: 1\.\n/);
  assert.match(
    out,
    /\n {2}from_time \(timestamp\) .*\n +Default: --from, or the first event of the lake\.\n/,
  );
  assert.match(out, /Example:\n {2}\$ ascribe query impact\/large-responses -p least_bytes=1000000 --from /);
  assert.match((await ascribe(['query', 'nothing', '--help'])).out, /ascribe query ID --help[\s\S]*Example:/);
});

test('a parameter that the case gives says so', async () => {
  const { out } = await ascribe(['query', '--help', 'impact/surface-answers']);
  assert.match(out, /Default: the paths of the surfaces of the case file; without\s+one it must be given\./);
});

test('ascribe queries shows what must be given, and all of a few', async () => {
  const all = (await ascribe(['queries'])).out;
  assert.match(all, /^ {2}origin\/network-flows .*\n {6}-p asn=64496\n/m);
  for (const line of all.split('\n')) assert.ok(line.length <= 80, line);
  const few = (await ascribe(['queries', 'udp-senders'])).out;
  assert.match(few, /^origin\/udp-senders: [\s\S]*least_flows \(bigint\)/);
});

test('the example of every query gives each parameter that must be given', () => {
  for (const query of openCatalogue().queries) {
    const example = queryHelp(query).split('\n').at(-1)!;
    const spanned = ['from_day', 'until_day', 'from_time', 'until_time', 'known_day', 'windows', 'source_id'];
    for (const { name, otherwise } of query.params)
      if (otherwise === undefined && !spanned.includes(name))
        assert.match(example, new RegExp(` -p ${name}=("[^"]+"|\\S+)`), query.id);
  }
});
