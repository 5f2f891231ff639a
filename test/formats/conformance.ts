/**
 * Real lines, written by others, against what a reader of the formats' references makes of them. The samples lie beside
 * the clone and are never copied into it; what is expected was counted by eye and by grep, not by Ascribe.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';

export const samples = join(import.meta.dirname, '..', '..', '..', 'shared', 'samples');
export const skip = existsSync(samples) ? false : `no samples at ${samples}`;

/** The samples are of many years, the last of them this one. */
const NOW = new Date('2026-06-01T00:00:00Z');

export type Conformance = {
  /** Below the folder of the samples. */
  file: string;
  /** The bytes, where they are not the file's: a block of a page of documentation, say. */
  content?: () => string | Buffer;
  format: string;
  rows: number;
  headers?: number;
  blanks?: number;
  notices?: number;
  /** Reasons by record number. */
  rejects?: Record<number, string>;
  /** Values by record number, of the columns that are worth a look. */
  values?: Record<number, Row>;
};

export const sample = (file: string): LogObject => logObject(file, readFileSync(join(samples, file)));

const of = ({ file, content }: Conformance): LogObject =>
  content ? logObject(file, content()) : sample(file);

export function conformance(title: string, expected: readonly Conformance[]): void {
  describe(`Real lines of ${title}`, { skip }, () => {
    for (const each of expected) {
      const { file, format, rows, headers = 0, blanks = 0, notices = 0, rejects = {}, values = {} } = each;
      const count = Object.keys(rejects).length;
      test(`${file}: ${rows} rows, ${count} rejects`, async () => {
        const lake = await temporaryLake({ now: NOW });
        const [outcome] = await lake.ingest([of(each)]);
        assert.equal(outcome!.status, 'ingested', outcome!.status === 'refused' ? outcome!.reason : '');
        if (outcome!.status !== 'ingested') return;
        assert.equal(outcome!.marker.format, format);
        const found = await lake.rows('select record_no, reason from rejects');
        assert.deepEqual(Object.fromEntries(found.map((row) => [row.record_no, row.reason])), rejects);
        const records = rows + count + headers + blanks + notices;
        assert.deepEqual(outcome!.marker.ledger, { records, rows, rejects: count, headers, blanks, notices });
        const { table } = lake.context.formats.find(({ id }) => id === format)!;
        for (const [record, wanted] of Object.entries(values)) {
          const [row] = await lake.rows(`select * from ${table.name} where record_no = ${record}`);
          assert.ok(row, `record ${record} is no row`);
          const seen = Object.fromEntries(Object.keys(wanted).map((name) => [name, row[name]]));
          assert.deepEqual(seen, wanted, `record ${record}`);
        }
      });
    }
  });
}
