/**
 * Renders a report to a PNG of its first page, 1280 wide, with a headless Chromium on PATH: the README's picture.
 *   node scripts/picture.ts [report.html] [out.png]
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const SIZE = '1280,1600';
const TIMEOUT_MS = 60_000;

function browserOnPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One sentence to the operator, and exit code 1; nothing on success but the path. */
function picture(report: string, out: string): string | undefined {
  if (!existsSync(report))
    return `There is no report at ${report}: make one with "npm run demo", or name one.`;
  const browser = browserOnPath();
  if (!browser) return `No Chromium is on PATH (looked for ${NAMES.join(', ')}): install one and run again.`;
  // A profile of its own, so that no setting, extension or cache of the user shows in the picture.
  const profile = mkdtempSync(join(tmpdir(), 'ascribe-picture-'));
  rmSync(out, { force: true });
  try {
    const run = spawnSync(
      browser,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--hide-scrollbars',
        '--force-device-scale-factor=1',
        `--user-data-dir=${profile}`,
        `--window-size=${SIZE}`,
        `--screenshot=${out}`,
        pathToFileURL(report).href,
      ],
      { encoding: 'utf8', timeout: TIMEOUT_MS },
    );
    if (existsSync(out)) return undefined;
    return `${browser} wrote no picture (exit ${run.status ?? run.signal}): ${run.stderr.trim().split('\n').at(-1)}`;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const [report = 'ascribe-demo/report.html', out = 'docs/report.png'] = process.argv.slice(2);
const failure = picture(resolve(report), resolve(out));
if (failure === undefined) process.stdout.write(`${out}\n`);
else {
  process.stderr.write(`${failure}\n`);
  process.exitCode = 1;
}
