import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Enricher } from '../enrich/enricher.ts';
import { rememberFacts4 } from '../enrich/remembered.ts';
import type { Format } from '../formats/format.ts';
import { eventsSql } from '../ingest/events-sql.ts';
import { checkColumns } from '../ingest/format-fault.ts';
import { FORMAT_MACROS } from '../ingest/format-macros.ts';
import { describeSql } from '../ingest/parse-sql.ts';
import type { Projector } from '../ingest/projection.ts';
import { StraightRows } from '../ingest/straight-rows.ts';
import { registerAddressFunctions } from './duckdb-functions.ts';
import { PartMaker } from './duckdb-parts.ts';
import { createProjection } from './duckdb-projection.ts';
import { RecordFeed, registerRecords } from './duckdb-records.ts';
import { registerTaken, Taken } from './duckdb-taken.ts';
import { takenByDuckDb } from './format-statements.ts';
import { StraightParts } from './straight-parts.ts';

export type DuckDbProjector = Projector & {
  version: string;
  /** Columns of a format's SELECT. Throws HeaderError where DuckDB does not take it. */
  columns(format: Format): Promise<ReadonlySet<string>>;
  close(): void;
};

/**
 * The Projector on DuckDB. One thread an instance: a part is written by one thread, so that the same bytes
 * come out; two objects at a time use both cores.
 */
export async function duckDbProjector(enricher: Enricher): Promise<DuckDbProjector> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    preserve_insertion_order: 'true',
  });
  const setup = await instance.connect();
  await setup.run("set global TimeZone = 'UTC'");
  await setup.run("set global allocator_flush_threshold = '8MB'");
  await setup.run("set global allocator_bulk_deallocation_flush_threshold = '12MB'");
  await setup.run('set global enable_external_file_cache = false');
  // It makes joins of long lists of words, and a join may give rows in another order.
  await setup.run("set global disabled_optimizers = 'in_clause'");
  registerAddressFunctions(setup, enricher);
  const feeds = new Map<number, RecordFeed>();
  const taken = new Map<number, Taken>();
  registerRecords(setup, feeds);
  registerTaken(setup, taken);
  const partMaker = new PartMaker();
  const remembering = { ...enricher, facts4: rememberFacts4(enricher) };
  let opened = 0;
  for (const macro of FORMAT_MACROS) await setup.run(macro);
  const version = String((await setup.runAndReadAll('select version()')).getRows()[0]![0]);
  const described = new Map<string, ReadonlySet<string>>();
  const idle: DuckDBConnection[] = [];
  const straightRows = idleRows(remembering);

  async function columnsOf(connection: DuckDBConnection, format: Format): Promise<ReadonlySet<string>> {
    const known = described.get(format.id);
    if (known) return known;
    const statement = describeSql(format);
    const rows = await takenByDuckDb(format, statement, () => connection.runAndReadAll(statement));
    const columns = rows.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
    checkColumns(format, columns);
    const names = columns.map(({ name }) => name);
    described.set(format.id, new Set(names));
    return described.get(format.id)!;
  }

  return {
    version,
    columns: (format) => columnsOf(setup, format),
    async open({ format, receivedAt, label }) {
      const connection = idle.pop() ?? (await instance.connect());
      const columns = await columnsOf(connection, format);
      opened += 1;
      const feed = new RecordFeed(opened, format);
      feeds.set(feed.id, feed);
      taken.set(feed.id, new Taken(feed.id));
      let straight: StraightParts | null = null;
      const { nginxMain } = enricher;
      const events = eventsSql(format, { columns, label, receivedAt, feed: feed.id, nginxMain });
      return createProjection({
        connection,
        events,
        openStraight(files) {
          if (!format.straight) return null;
          const rows = straightRows.take(format, label);
          straight = new StraightParts(rows, { connection, events, feed, files, receivedAt });
          return straight;
        },
        format,
        feed,
        taken: taken.get(feed.id)!,
        partMaker,
        release() {
          feeds.delete(feed.id);
          taken.delete(feed.id);
          idle.push(connection);
          if (straight && !straight.hasFailed) straightRows.giveBack(straight.rows);
        },
      });
    },
    close() {
      for (const connection of idle) connection.closeSync();
      setup.closeSync();
      instance.closeSync();
    },
  };
}

/** Rows of the last log, for the next projection of the same: a log of many small objects has one for each few of them. */
function idleRows(enricher: Enricher) {
  let log = '';
  let idle: StraightRows[] = [];
  return {
    take(format: Format, label: string): StraightRows {
      const asked = `${format.id}:${label}`;
      // They are memory: of other logs none is kept.
      if (asked !== log) idle = [];
      log = asked;
      return idle.pop() ?? new StraightRows(format, { enricher, label });
    },
    giveBack(rows: StraightRows): void {
      rows.close();
      if (rows.log === log) idle.push(rows);
    },
  };
}
