import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';
import type { FunctionName } from '../functions/environment.ts';
import { type Architecture, nativePackage, nativePackageName } from './native-package.ts';
import { SettingsError } from './settings.ts';

export type BundleOptions = {
  architecture: Architecture;
  /** CSV of networks that the ingest takes along; empty: none. */
  networksFile: string;
};

const root = join(import.meta.dirname, '..');

/** The name under which a file of networks lies beside the bundle. */
export const NETWORKS_NAME = 'networks.csv';

/** What lies beside the one file. `formats` is how `src/adapters/assets.ts` knows a bundle, so each has it. */
const FOLDERS = ['formats', 'queries'];

/** Options of esbuild for a function; the same whatever the processor. */
export function esbuildOptions(name: FunctionName): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [`functions/${name}.ts`],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: false,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    // Native code is copied, not bundled; `canvas` is asked for by vega and never used for SVG.
    external: ['@duckdb/node-bindings-*', 'canvas'],
    // CommonJS among the packages asks for `require`, which a module has not.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    logLevel: 'error',
  };
}

/** Writes the bundle of a function into a folder: everything that Lambda gets, and nothing that is not used. */
export function bundle(name: FunctionName, folder: string, options: BundleOptions): void {
  buildSync({ ...esbuildOptions(name), outfile: join(folder, 'index.mjs') });
  for (const assets of FOLDERS) cpSync(join(root, assets), join(folder, assets), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  if (name === 'ingest') addIngestAssets(folder, options);
}

/** The ingest alone carries DuckDB, for one processor, and the data sets as made for look-up. */
function addIngestAssets(folder: string, { architecture, networksFile }: BundleOptions): void {
  const native = join(folder, 'node_modules', nativePackageName(architecture));
  cpSync(nativePackage(architecture), native, { recursive: true, dereference: true });
  const datasets = join(folder, 'datasets');
  mkdirSync(datasets);
  const script = join(root, 'scripts', 'make-datasets.ts');
  const networks = networksFile === '' ? [] : [resolve(networksFile)];
  const { status, stderr } = spawnSync(process.execPath, [script, datasets, ...networks], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (stderr.startsWith('networksFile: ')) throw new SettingsError([stderr.trim()]);
  if (status !== 0) throw new Error(`the data sets of the ingest function could not be made: ${stderr}`);
  if (networksFile !== '') copyFileSync(resolve(networksFile), join(folder, NETWORKS_NAME));
}

/** The code of a function, bundled by the local esbuild: no Docker, no network. */
export function functionCode(name: FunctionName, options: BundleOptions): AssetCode {
  if (name === 'ingest' && options.networksFile !== '' && !isFile(options.networksFile))
    throw new SettingsError([
      `networksFile is ${JSON.stringify(options.networksFile)}, but there is no such file: give the path of a CSV`,
    ]);
  return Code.fromAsset(join(root, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('no-docker-needed'),
      // Tells the bundles apart: CDK makes one asset of two whose options look the same to it.
      command: [name, options.architecture, options.networksFile],
      local: {
        tryBundle: (folder) => {
          bundle(name, folder, options);
          return true;
        },
      },
    },
  });
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
