import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { renderHtml } from '../../src/report/html.ts';
import { hostileModel, MODELS } from './fixture-model.ts';

const browser = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));
const skip = browser ? false : 'no chromium on PATH';
const root = mkdtempSync(join(tmpdir(), 'ascribe-browser-'));
after(() => rmSync(root, { recursive: true, force: true }));

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The page in a frame of a width, and how wide its content is there: by a real browser's layout. */
function contentWidth(html: string, width: number): number {
  const page = join(root, `frame-${width}.html`);
  const escaped = html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const measure =
    "const d=document.getElementById('f').contentDocument.documentElement;document.title='width '+d.scrollWidth+' of '+d.clientWidth";
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><iframe id="f" style="border:0;width:${width}px;height:800px" srcdoc="${escaped}" onload="${measure}"></iframe>`,
  );
  const ran = spawnSync(
    browser!,
    [...FLAGS, `--user-data-dir=${join(root, 'profile')}`, '--dump-dom', `file://${page}`],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28 },
  );
  const title = /<title>width (\d+) of (\d+)<\/title>/.exec(ran.stdout);
  assert.ok(title, `the browser measured nothing: ${ran.stderr.slice(0, 400)}`);
  assert.ok(Number(title[2]) > width - 30, `the frame is ${title[2]} wide`);
  return Number(title[1]);
}

for (const width of [390, 1280]) {
  test(`the page never scrolls sideways at ${width} pixels in a real browser`, { skip }, () => {
    const models = {
      ...MODELS,
      hostile: () => hostileModel(`${'long'.repeat(80)}<script>alert(1)</script>`),
    };
    for (const [name, build] of Object.entries(models)) {
      assert.ok(contentWidth(renderHtml(build()), width) <= width, name);
    }
  });
}

test('the report prints to PDF', { skip }, () => {
  const page = join(root, 'report.html');
  const pdf = join(root, 'report.pdf');
  writeFileSync(page, renderHtml(MODELS[Object.keys(MODELS)[0]!]!()));
  spawnSync(
    browser!,
    [...FLAGS, `--user-data-dir=${join(root, 'profile')}`, `--print-to-pdf=${pdf}`, `file://${page}`],
    { timeout: 60_000 },
  );
  assert.equal(readFileSync(pdf).subarray(0, 5).toString(), '%PDF-');
});
