/** A real Trino over the emulated Glue and S3. README.md says what of it is not Athena. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { region } from './calls.ts';
import { type Part, startPart, untilReady } from './process.ts';

export type TrinoServer = { url: string; part: Part; ready: Promise<void> };

/** The access key of Trino's own calls: what Athena does with the rights of whoever asks it. */
export const athenaReads = 'athena-reads';

/** Starts at once; `ready` waits for it, so that the rest of the cloud can come up meanwhile. */
export function startTrino(by: {
  python: string;
  trino: string;
  javaHome: string;
  folder: string;
  logs: string;
  port: number;
  /** Where Trino finds Glue and S3. */
  endpoint: string;
}): TrinoServer {
  const etc = join(by.folder, 'etc');
  const url = `http://127.0.0.1:${by.port}`;
  const files: Record<string, string[]> = {
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${by.port}`,
      `discovery.uri=${url}`,
      'query.max-memory=400MB',
      'query.max-memory-per-node=400MB',
      'memory.heap-headroom-per-node=300MB',
    ],
    // The serial collector and the first compiler alone: half the time to start, a third of the memory.
    'jvm.config': ['-Xmx1g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Duser.timezone=UTC'],
    'log.properties': ['io.trino=WARN'],
    'node.properties': [
      'node.environment=emulation',
      `node.id=emulation-${by.port}`,
      `node.data-dir=${join(by.folder, 'data')}`,
      'node.bind-ip=127.0.0.1',
      'node.internal-address=127.0.0.1',
    ],
    // The name makes Athena's "AwsDataCatalog".database.table resolve.
    'catalog/awsdatacatalog.properties': [
      'connector.name=hive',
      'hive.metastore=glue',
      `hive.metastore.glue.region=${region}`,
      `hive.metastore.glue.endpoint-url=${by.endpoint}`,
      `hive.metastore.glue.aws-access-key=${athenaReads}`,
      'hive.metastore.glue.aws-secret-key=emulated',
      'hive.metastore.glue.default-warehouse-dir=s3://warehouse/',
      'fs.native-s3.enabled=true',
      `s3.endpoint=${by.endpoint}`,
      `s3.region=${region}`,
      's3.path-style-access=true',
      `s3.aws-access-key=${athenaReads}`,
      's3.aws-secret-key=emulated',
      'hive.partition-projection-enabled=true',
      'hive.non-managed-table-writes-enabled=true',
      'hive.collect-column-statistics-on-write=false',
      'hive.table-statistics-enabled=false',
      'hive.max-partitions-per-scan=100000',
      // Athena's timestamps have milliseconds.
      'hive.timestamp-precision=MILLISECONDS',
    ],
  };
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(etc, name), `${lines.join('\n')}\n`);
  const part = startPart('Trino', {
    python: by.python,
    command: join(by.trino, 'bin', 'launcher'),
    args: ['run', '--etc-dir', etc],
    env: { ...process.env, JAVA_HOME: by.javaHome, PATH: `${join(by.javaHome, 'bin')}:${process.env.PATH}` },
    log: join(by.logs, 'trino.log'),
  });
  const ready = untilReady(part, {
    seconds: 120,
    ready: async () => {
      const info = (await (await fetch(`${url}/v1/info`)).json()) as { starting: boolean };
      return !info.starting;
    },
  });
  // Whoever awaits it hears of a failure; until then it is not unhandled.
  ready.catch(() => {});
  return { url, part, ready };
}
