import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { COUNTRY_CAVEAT, REGISTERED } from '../../src/report/sections/origin.ts';
import { MACHINES, RANKS, SYNTHETIC } from '../../src/report/sentences.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { attackModel, emptyModel, MODELS, surgeModel } from './fixture-model.ts';
import { tags } from './markup.ts';

/** The text of a page, without style, tags and the catalogue's SQL. */
const words = (html: string): string =>
  html
    .replace(/<(style|pre)[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<\/?(?:code|span|strong|cite|a)\b[^>]*>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

const BANNED = /\b(?:may|might|could|possible|suggests|cannot rule out|sophisticated)\b/i;

for (const [name, build] of Object.entries(MODELS)) {
  const model = build();
  const html = renderHtml(model);
  const markdown = renderMarkdown(model);
  const summary = renderSummary(model, { reportPath: 'out/report.html', columns: 80 });
  const texts = {
    html: words(html),
    markdown: markdown.replace(/```sql[\s\S]*?```/g, ''),
    summary: summary.join('\n'),
  };

  test(`the page is one file of known tags that loads nothing: ${name}`, () => {
    for (const { name: tag, attributes } of tags(html))
      assert.ok(!/ (?:src|style)=| href="(?!#)/.test(attributes), tag);
    assert.ok(!/@import|url\((?!#)/.test(html));
    assert.match(
      html,
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:/,
    );
  });

  test(`ids are unique and every link has its target: ${name}`, () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    assert.deepEqual([...new Set(ids)], ids);
    const targets = [...html.matchAll(/(?:href="#|url\(#|aria-(?:labelled|described)by=")([^")]+)/g)];
    for (const [, target] of targets) assert.ok(ids.includes(target), target);
  });

  test(`nothing absent is shown as code shows it: ${name}`, () => {
    for (const [where, text] of Object.entries(texts)) {
      assert.doesNotMatch(text, /\b(?:null|undefined|NaN|Infinity|Invalid Date|\[object)\b/, where);
      assert.doesNotMatch(text, / \.|,,|\(\)/, where);
    }
    assert.doesNotMatch(html.replace(/<pre[\s\S]*?<\/pre>/g, ''), /\b(?:null|undefined|NaN)\b/);
  });

  test(`no word hedges outside a quotation: ${name}`, () => {
    for (const [where, text] of Object.entries(texts)) {
      const own = text.replaceAll(COUNTRY_CAVEAT, '').replaceAll('realistic possibility', '');
      assert.doesNotMatch(own, BANNED, where);
    }
  });

  test(`the summary is at most ten lines of 80 columns, and says where the report is: ${name}`, () => {
    assert.ok(summary.length <= 10, `${summary.length} lines`);
    for (const line of summary) assert.ok([...line].length <= 80, line);
    assert.equal(summary.at(-1), 'Report: out/report.html');
    assert.equal(summary[0]!.startsWith('SYNTHETIC'), model.synthetic);
    for (const columns of [40, 60, 120, 200]) {
      assert.ok(renderSummary(model, { reportPath: 'out/report.html', columns }).length <= 10);
    }
  });

  test(`the page and the Markdown have the same sections in the same order: ${name}`, () => {
    const ofHtml = [...html.matchAll(/<h2>([^<]*)/g)].map((match) => match[1]);
    const ofMarkdown = [...markdown.matchAll(/^## (.*?)(?: \(SYNTHETIC\))?$/gm)].map((match) => match[1]);
    assert.deepEqual(ofMarkdown, ofHtml);
    assert.equal(ofHtml.length, 17);
  });

  test(`the same model gives the same bytes twice: ${name}`, () => {
    assert.equal(renderHtml(build()), html);
    assert.equal(renderMarkdown(build()), markdown);
    assert.equal(renderJson(build()), renderJson(model));
  });
}

test('another process in another time zone and locale gives the same bytes', () => {
  const script = `
    import { createHash } from 'node:crypto';
    import { MODELS } from './test/report/fixture-model.ts';
    import { renderHtml } from './src/report/html.ts';
    import { renderMarkdown } from './src/report/markdown.ts';
    for (const build of Object.values(MODELS))
      console.log(createHash('sha256').update(renderHtml(build()) + renderMarkdown(build())).digest('hex'));`;
  const out = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TZ: 'Asia/Kolkata', LANG: 'pt_BR.UTF-8', LC_ALL: 'pt_BR.UTF-8' },
  });
  const here = Object.values(MODELS).map((build) =>
    createHash('sha256')
      .update(renderHtml(build()) + renderMarkdown(build()))
      .digest('hex'),
  );
  assert.deepEqual(out.trim().split('\n'), here);
});

test('the first page of a draft says what was observed and names no actor', () => {
  const html = renderHtml(attackModel());
  const first = words(html.slice(html.indexOf('<h1>'), html.indexOf('<nav')));
  for (const fact of [
    '1,301,220',
    '2,004 addresses',
    'the edge',
    '1,101,020 of 1,301,220 (84.6 %)',
    MACHINES,
  ]) {
    assert.ok(first.includes(fact), fact);
  }
  assert.match(first, /2019-11-11 10:02 until 13:40 UTC/);
  assert.match(first, /cannot say whether data was accessed/);
  assert.match(first, /The edge log is silent/);
  for (const { name, id } of attackModel().assessment.hypotheses.filter((one) => one.id !== 'H0')) {
    assert.ok(!first.includes(name) && !first.includes(id), name);
  }
});

test('the status, the label and the mark of synthetic traffic frame the report', () => {
  const html = renderHtml(attackModel());
  assert.match(html, /Machine draft: no analyst has reviewed this report/);
  assert.equal([...html.matchAll(/<span class="tlp">TLP:AMBER<\/span>/g)].length, 2);
  assert.match(html, /@top-right\{content:"TLP\\3a AMBER"/);
  assert.match(html, /@top-left\{content:"SYNTHETIC/);
  assert.equal([...html.matchAll(/<h2>[^<]*<span class="tag">SYNTHETIC/g)].length, 16);
  assert.ok(renderMarkdown(attackModel()).startsWith(`**${SYNTHETIC}**`));
  const real = renderHtml(surgeModel());
  assert.ok(!real.includes('SYNTHETIC:') && !real.includes('class="tag"'));
  assert.match(real, /Reviewed: a named analyst/);
});

test('under every chart of countries stands what a country does not mean', () => {
  const html = renderHtml(attackModel());
  const after = words(html.slice(html.indexOf('aria-label="Countries of')));
  assert.ok(
    after.indexOf(COUNTRY_CAVEAT) > 0 &&
      after.indexOf(COUNTRY_CAVEAT) < after.indexOf('Attack requests by country'),
  );
  assert.ok(after.includes(REGISTERED));
  assert.ok(renderMarkdown(attackModel()).includes(COUNTRY_CAVEAT));
});

test('a chart has a title, a description and a table of the same numbers', () => {
  const html = renderHtml(attackModel());
  const charts = [
    ...html.matchAll(
      /<svg [^>]*role="img" aria-label="[^"]+"[^>]*><title>[^<]+<\/title><desc id="[^"]+">([^<]+)/g,
    ),
  ];
  assert.equal(charts.length, 5);
  for (const [, description] of charts) assert.match(description!, /The table below holds the same numbers/);
  assert.match(words(html), /2019-11-12 14:28 UTC 61,\d{3}/);
});

test('the ledger sums up, and says so loudly where it does not', () => {
  assert.match(words(renderHtml(attackModel())), /1,563,735 records = 1,563,703 rows \+ 2 rejects/);
  const model = attackModel();
  model.ledger[0]!.rows -= 1;
  assert.match(renderHtml(model), /THE SUM DOES NOT HOLD/);
  assert.match(renderHtml(emptyModel()), /No object was read/);
});

test('the ledger says of which objects custody has no record', () => {
  const model = attackModel();
  assert.doesNotMatch(words(renderHtml(model)), /Custody has no record|not in custody/);
  Object.assign(model.ledger[1]!, { sha256: '', deliveries: 0 });
  const text = words(renderHtml(model));
  const [said = ''] =
    /Custody has no record of 1 object of this ledger: .*the missing custody\./.exec(text) ?? [];
  assert.match(said, /SHA-256 of their bytes as stored/);
  assert.doesNotMatch(said, BANNED);
  assert.ok(text.includes(`not in custody ${model.ledger[1]!.object_id}`));
});

test('ranks, confidence and likelihood stand apart', () => {
  const text = words(renderHtml(attackModel()));
  assert.ok(text.includes(RANKS));
  assert.match(text, /Analytical confidence: Low\./);
  assert.doesNotMatch(text, /(?:likely|certain|unlikely) with \w+ confidence/);
});

test('no file of the report is over 300 lines', () => {
  const root = new URL('../../src/report/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  assert.ok(files.length > 15);
  // model.ts is the contract: types alone.
  for (const file of files.filter((one) => one !== 'model.ts')) {
    assert.ok(readFileSync(new URL(file, root), 'utf8').split('\n').length <= 301, file);
  }
});

test('how concentrated the countries and networks are stands below each, and of one thing nothing', () => {
  const model = attackModel();
  const told = (text: string): string[] =>
    [...text.matchAll(/spread over (\S+ \w+) as unevenly as over ([\d.]+) equal ones/g)].map(
      ([, things, equal]) => `${things} ${equal}`,
    );
  const [countries, networks] = model.concentration!;
  assert.deepEqual(told(renderMarkdown(model)), [
    `${countries!.things} countries ${countries!.effective_number.toFixed(1)}`,
    `${networks!.things} networks ${networks!.effective_number.toFixed(1)}`,
  ]);
  assert.deepEqual(told(words(renderHtml(model))), told(renderMarkdown(model)));
  const one = { ...model, concentration: [{ ...countries!, things: 1 }] };
  assert.deepEqual(told(renderMarkdown(one)), []);
});

test('how soon the defence acted and service was as usual stands in the page and in the Markdown', () => {
  const model = attackModel();
  for (const text of [words(renderHtml(model)), renderMarkdown(model)]) {
    assert.match(text, /Times from the start of the attack/);
    assert.match(text, /the defence acted[ |]+544 s/);
    assert.match(text, /service was as usual[ |]+cannot be said/);
  }
  const { times: _, ...impact } = model.impact;
  assert.doesNotMatch(words(renderHtml({ ...model, impact })), /Times from the start/);
});
