import type { Catalogue, Engine } from '../catalogue/engine.ts';
import type { Store } from '../lake/store.ts';
import type { ReportModel } from '../report/model.ts';
import { compileReport, packageInfo, packagePayload } from './compile.ts';
import { type ReportedDays, reportedSpan, yesterday } from './days.ts';
import { filedPackages, filePackage, packageOf, reportPlace } from './filed-packages.ts';
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
  /** Where its package lies. */
  prefix: string;
  /** Null: it was there already, of the same snapshot. */
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
  const { root } = await lookAgain(store, days);
  const earlier = await filedPackages(store, `reports/${name}/`);
  const same = earlier.find((each) => each.root === root);
  const there = same && (await packageOf(store, same));
  if (there) return { name, prefix: there, finding: null, bytesScanned: 0 };
  const supersedes = same ? same.supersedes : (earlier.at(-1)?.root ?? null);
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
      place: reportPlace(name, snapshot.root),
      root: snapshot.root,
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
