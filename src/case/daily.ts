import type { Catalogue, Engine } from '../catalogue/engine.ts';
import { readProfile } from '../ingest/profile.ts';
import { canonicalJson, sha256 } from '../lake/digest.ts';
import type { Store } from '../lake/store.ts';
import type { ReportModel } from '../report/model.ts';
import { compileReport, packageInfo, packagePayload } from './compile.ts';
import { type ReportedDays, reportedSpan, yesterday } from './days.ts';
import { type FiledPackage, filedPackages, filePackage, packageOf } from './filed-packages.ts';
import { lookAgain, type Snapshot } from './snapshot.ts';
import { sqlDay } from './span.ts';

export type ReportingOptions = {
  catalogue: Catalogue;
  openEngine(snapshot: Snapshot): Promise<Engine>;
  tool: { name: 'ascribe'; version: string };
  tlp: string;
  now(): Date;
};

export type Reported = {
  /** Days that it is about: one, or first and last. */
  name: string;
  /** Where its package lies; null: there is none, since no log has come yet. */
  prefix: string | null;
  /** Null: it was there already, of the same snapshot, or there is none. */
  finding: ReportModel['finding'] | null;
  bytesScanned: number;
};

/** Days back that late objects are looked for in. */
const LATE_DAYS = 3;

/** The days whose reports are due at a moment: yesterday's, and those before it that late objects may have changed. */
export function dueDays(
  at: number,
  { history, timeZone }: Pick<ReportedDays, 'history' | 'timeZone'>,
): ReportedDays[] {
  const last = Date.parse(`${yesterday(at, timeZone)}T00:00:00Z`);
  return Array.from({ length: LATE_DAYS }, (_, back) => {
    const day = sqlDay(last - (LATE_DAYS - 1 - back) * 86_400_000);
    return { day, lastDay: day, history, timeZone };
  });
}

/** Reports each of some days and has its package signed. A day that can't be reported does not keep back the others. */
export async function reportEach(
  store: Store,
  due: readonly ReportedDays[],
  { sign, ...options }: ReportingOptions & { sign(prefix: string): Promise<unknown> },
): Promise<{ reports: Reported[]; failures: unknown[] }> {
  const reports: Reported[] = [];
  const failures: unknown[] = [];
  for (const days of due) {
    try {
      const reported = await reportOn(store, days, options);
      if (reported.prefix !== null) await sign(reported.prefix);
      reports.push(reported);
    } catch (error) {
      failures.push(error);
    }
  }
  return { reports, failures };
}

/**
 * Files the report of some days, unless there is one of the same snapshot; one that late objects changed takes the
 * place of the last, and names it. Run again after a stop, it takes up what it began.
 */
export async function reportOn(
  store: Store,
  reported: ReportedDays,
  options: ReportingOptions,
): Promise<Reported> {
  const { days, focus } = reportedSpan(reported);
  const name = reported.day === reported.lastDay ? reported.day : `${reported.day}_${reported.lastDay}`;
  const profile = await readProfile(store);
  if (!profile) return { name, prefix: null, finding: null, bytesScanned: 0 };
  const made_by = sha256(canonicalJson([profile.id, options.tool, focus, options.tlp]));
  const { root } = await lookAgain(store, days);
  const earlier = await filedPackages(store, `reports/${name}/`);
  const same = earlier.find((each) => each.root === root && each.made_by === made_by);
  const there = same && (await packageOf(store, same));
  if (there) return { name, prefix: there, finding: null, bytesScanned: 0 };
  const supersedes = same ? same.supersedes : await lastWhole(store, earlier);
  const compiled = await compileReport(store, {
    ...options,
    days,
    focus,
    forced: null,
    unread: [],
    supersedes,
  });
  const { model, snapshot } = compiled;
  const { prefix } = await filePackage(store, {
    filed: {
      kind: 'report',
      place: placeOf(earlier, { name, root: snapshot.root, made_by }),
      root: snapshot.root,
      made_by,
      synthetic: model.synthetic,
      window: model.focus ?? model.period,
      supersedes,
      filed_at: options.now().toISOString(),
    },
    payload: packagePayload(compiled),
    infoAt: (now) => packageInfo(compiled, { now }),
  });
  return { name, prefix, finding: model.finding, bytesScanned: compiled.bytesScanned };
}

/** `reports/<name>/<root>`; where a report of that root lies that was made in another way, with what tells them apart. */
function placeOf(
  earlier: readonly FiledPackage[],
  { name, root, made_by }: { name: string; root: string; made_by: string },
): string {
  const place = `reports/${name}/${root}`;
  const isTaken = earlier.some((each) => each.place === place && each.made_by !== made_by);
  return isTaken ? `${place}.${made_by.slice(0, 8)}` : place;
}

/** Root of the last report that became whole: one that did not was never there to be replaced. */
async function lastWhole(store: Store, earlier: readonly FiledPackage[]): Promise<string | null> {
  for (const each of earlier.toReversed()) if (await packageOf(store, each)) return each.root;
  return null;
}
