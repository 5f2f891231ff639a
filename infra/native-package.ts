import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export type Architecture = 'arm64' | 'x64';

/** The package could not be had: one sentence, with what to do. */
export class NativePackageError extends Error {
  override name = 'NativePackageError';
}

const root = join(import.meta.dirname, '..');

export function nativePackageName(architecture: Architecture): string {
  return `@duckdb/node-bindings-linux-${architecture}`;
}

/**
 * Folder of DuckDB's native package for Lambda. npm installs that of this machine alone; the other is fetched once,
 * through npm, into the cache of the user, and checked against the digest in package-lock.json.
 */
export function nativePackage(architecture: Architecture): string {
  const name = nativePackageName(architecture);
  const { version, integrity } = lockedPackage(name);
  const installed = installedFolder(name);
  if (installed !== null) return installed;
  const folder = join(cacheFolder(), `${name.replaceAll('/', '-').slice(1)}-${version}`);
  if (!existsSync(join(folder, 'package.json'))) fetchPackage(`${name}@${version}`, { folder, integrity });
  return folder;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ascribe', 'natives');
}

function installedFolder(name: string): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

function lockedPackage(name: string): { version: string; integrity: string } {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const entry = lock.packages[`node_modules/${name}`];
  if (!entry?.integrity)
    throw new NativePackageError(`package-lock.json has no ${name}: install @duckdb/node-api again`);
  return entry;
}

function fetchPackage(spec: string, { folder, integrity }: { folder: string; integrity: string }): void {
  mkdirSync(dirname(folder), { recursive: true });
  const place = mkdtempSync(`${folder}.`);
  try {
    console.error(`Fetching ${spec} for Lambda, once, into ${dirname(folder)}.`);
    run('npm', ['pack', spec, '--loglevel=error', '--pack-destination', place], spec);
    const archive = readdirSync(place).find((file) => file.endsWith('.tgz'));
    if (!archive) throw new NativePackageError(`npm pack left no archive of ${spec}`);
    const digest = createHash('sha512')
      .update(readFileSync(join(place, archive)))
      .digest('base64');
    if (`sha512-${digest}` !== integrity)
      throw new NativePackageError(
        `what npm fetched as ${spec} has not the digest that package-lock.json states`,
      );
    run('tar', ['-xzf', join(place, archive), '-C', place], spec);
    renameSync(join(place, 'package'), folder);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function run(command: string, options: string[], spec: string): void {
  const { status, stderr, error } = spawnSync(command, options, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0)
    throw new NativePackageError(
      `cannot fetch ${spec} (${error?.message ?? stderr.trim().split('\n')[0]}): run "node scripts/fetch-natives.ts" with a network, once`,
    );
}
