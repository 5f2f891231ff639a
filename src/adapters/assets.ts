import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Finds what is no code: formats, queries, data sets. Three layouts: a clone (src/adapters/), an installed
 * package (dist/adapters/), and a bundle, where the assets lie beside the one file.
 */
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

function findRoot(): string {
  for (const candidate of [join(here, '..', '..'), here]) {
    try {
      readdirSync(join(candidate, 'formats'));
      return candidate;
    } catch {
      // The next layout.
    }
  }
  throw new Error(`the folder formats/ of ascribe is missing near ${here}: install the package again`);
}

const root = findRoot();

export type SqlAsset = { id: string; text: string };

/** All .sql files below a folder of assets, ids without extension, in order of their ids. */
function sqlAssets(folder: string): SqlAsset[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => ({
      id: name.slice(0, -'.sql'.length),
      text: readFileSync(join(root, folder, name), 'utf8'),
    }));
}

export function formatAssets(): SqlAsset[] {
  return sqlAssets('formats');
}

export function queryAssets(): SqlAsset[] {
  return sqlAssets('queries');
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** A data set that was made when the bundle was, beside it: its file; null where there is none, as in a clone. */
export function bundledDataset(id: string): string | null {
  const folder = join(root, 'datasets');
  const name = existsSync(folder) && readdirSync(folder).find((file) => file.startsWith(`${id}-`));
  return name ? join(folder, name) : null;
}

/** A file that the deployment laid beside the bundle, such as a CSV of networks. */
export function besideBundle(name: string): string {
  return join(root, name);
}

/** What made a lake, a report or a package. */
export const TOOL = { name: 'ascribe' as const, version: packageVersion() };

/** Folder of an installed package, and its version. Throws where it is not installed. */
export function installedPackage(name: string): { folder: string; version: string } {
  const file = require.resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return { folder: dirname(file), version };
}
