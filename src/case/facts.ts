import type { Facts, WindowFacts } from '../attribution/facts.ts';
import type { Analyst, Row } from '../catalogue/engine.ts';
import { signatureKey } from '../detection/signatures.ts';
import type { SourceRow } from '../detection/sources.ts';
import { parseAddress } from '../enrich/address.ts';
import type { Gap, Lead, LogCoverage, Surge } from '../report/model.ts';
import type { Attack } from './observe.ts';
import type { AttackingSource } from './sources.ts';
import { dayParameters, minutesIn, type Span, windowOf } from './span.ts';

const count = (value: Row[string] | undefined): number => Number(value ?? 0);
const SALIENT = /donat|join|volunteer|event|log-?in|sign-?in|member|checkout/i;

type Measured = {
  attacks: readonly Attack[];
  sources: readonly AttackingSource[];
  surges: readonly Surge[];
  logs: readonly LogCoverage[];
  gaps: readonly Gap[];
  period: Span;
  synthetic: boolean;
};

/** What the indicators read, and the leads found on the way. */
export async function gatherFacts(
  analyst: Analyst,
  measured: Measured,
): Promise<{ facts: Facts; leads: Lead[] }> {
  const { attacks, period } = measured;
  const [direct, ...gathered] = await Promise.all([
    directToOrigin(analyst, measured),
    ...attacks.map((attack) => windowFacts(analyst, { attack, sources: measured.sources })),
  ]);
  const windows = gathered.map(({ facts }) => facts);
  const leads = [...gathered.flatMap(({ requesters }) => requesters), ...direct.leads];
  return {
    leads,
    facts: {
      windows,
      overlaps: overlapsOf(attacks),
      directToOrigin: direct.facts,
      surges: measured.surges.length,
      historyDays: minutesIn(period) / 1440,
      rung: attacks[0]?.window.baseline.rung ?? 'own-minutes',
      gaps: measured.gaps.length,
      synthetic: measured.synthetic,
    },
  };
}

async function windowFacts(
  analyst: Analyst,
  { attack, sources }: { attack: Attack; sources: readonly AttackingSource[] },
): Promise<{ facts: WindowFacts; requesters: Lead[] }> {
  const { window, view, examined, attackRows } = attack;
  const during = windowOf(view, { from: attack.start, until: attack.end });
  const usual = windowOf(view, examined.before);
  const [pingbacks, logins, [anonymised], [anonymisedUsually]] = await Promise.all([
    analyst.ask('indicators/pingbacks', during),
    analyst.ask('indicators/login-attempts', during),
    analyst.ask('indicators/anonymisers', during),
    analyst.ask('indicators/anonymisers', usual),
  ]);
  const requests = (rows: readonly SourceRow[]): number => rows.reduce((sum, row) => sum + row.requests, 0);
  const tests = examined.verdict.tests;
  const spoke = (result: string): number => tests.filter((test) => test.result === result).length;
  return {
    facts: {
      id: window.id,
      kind: window.kind,
      start: attack.start,
      end: attack.end,
      requests: window.requests,
      peakPerMinute: window.peak_per_minute,
      sources: window.sources,
      mitigated: window.mitigated,
      actionKnown: attackRows.reduce((sum, row) => sum + row.actionKnown, 0),
      attackTests: spoke('attack'),
      benignTests: spoke('benign'),
      testsById: Object.fromEntries(tests.map((test) => [test.id, test])),
      templates: new Set(
        attackRows.map((row) =>
          JSON.stringify([row.signature.method, row.signature.path, row.signature.query]),
        ),
      ).size,
      tokenRequests: requests(attackRows.filter((row) => /\{(t|rare)\}/.test(row.signature.query ?? ''))),
      fingerprints: fingerprintsOf(attackRows),
      salient: {
        attack: requests(attackRows.filter((row) => SALIENT.test(row.signature.path ?? ''))),
        usual: view.usual.reduce(
          (sum, each) => sum + (SALIENT.test(each.signature.path ?? '') ? each.requests : 0),
          0,
        ),
        usualTotal: view.usual.reduce((sum, each) => sum + each.requests, 0),
      },
      pingbacks: pingbacks.reduce((sum, row) => sum + count(row.requests), 0),
      logins: {
        attempts: logins.reduce((sum, row) => sum + count(row.attempts), 0),
        failed: logins.reduce((sum, row) => sum + count(row.failed), 0),
      },
      networkTypes: networkTypesOf(attack, sources),
      anonymised:
        anonymised && count(anonymised.class_known) > 0
          ? {
              during: count(anonymised.anonymised),
              total: count(anonymised.requests),
              usual: count(anonymisedUsually?.anonymised),
              usualTotal: count(anonymisedUsually?.requests),
            }
          : null,
      verifiedBots: examined.verifiedBots,
    },
    requesters: pingbacks
      .filter((row) => row.requester !== null && parseAddress(String(row.requester)) !== null)
      .map((row) => ({
        kind: 'pingback-requester',
        value: String(row.requester),
        window_id: window.id,
        sentence: `The agents of ${count(row.reflectors).toLocaleString('en-GB')} addresses name it as who asked for the pingback (${count(row.requests).toLocaleString('en-GB')} requests): a claim of the clients, and a proxy in some cases.`,
        query: 'indicators/pingbacks',
      })),
  };
}

function fingerprintsOf(rows: readonly SourceRow[]): WindowFacts['fingerprints'] {
  const groups = Map.groupBy(
    rows.filter((row) => row.signature.fingerprint !== null),
    (row) => row.signature.fingerprint,
  );
  return [...groups.values()].map((group) => ({
    requests: group.reduce((sum, row) => sum + row.requests, 0),
    agents: new Set(group.map((row) => row.signature.userAgent)).size,
  }));
}

function networkTypesOf(attack: Attack, sources: readonly AttackingSource[]): Record<string, number> | null {
  const requests = new Map(attack.examined.judged.map((judged) => [judged.srcIp, judged.attackRequests]));
  const types: Record<string, number> = {};
  for (const { srcIp, networkType, windowIds } of sources) {
    if (networkType === null || !windowIds.includes(attack.window.id)) continue;
    types[networkType] = (types[networkType] ?? 0) + (requests.get(srcIp) ?? 0);
  }
  return Object.keys(types).length > 0 ? types : null;
}

function overlapsOf(attacks: readonly Attack[]): Facts['overlaps'] {
  return attacks.slice(1).map((attack, index) => {
    const previous = attacks[index]!;
    const [a, b] = [previous, attack].map(
      ({ attackRows }) => new Set(attackRows.map((row) => row.srcIp)),
    ) as [Set<string>, Set<string>];
    const [x, y] = [previous, attack].map(
      ({ attackRows }) => new Set(attackRows.map((row) => signatureKey(row.signature))),
    ) as [Set<string>, Set<string>];
    const known = a.size > 0 && b.size > 0;
    return {
      windows: [previous.window.id, attack.window.id],
      sources: known ? a.intersection(b).size : null,
      union: known ? a.union(b).size : null,
      signatures: x.intersection(y).size,
      signatureUnion: x.union(y).size,
    };
  });
}

const LEADS_SHOWN = 20;

async function directToOrigin(
  analyst: Analyst,
  { logs, period }: Measured,
): Promise<{ facts: Facts['directToOrigin']; leads: Lead[] }> {
  const repeats = String(logs.reduce((sum, { duplicates }) => sum + duplicates, 0));
  const rows = await analyst.ask('indicators/direct-to-origin', { ...dayParameters(period), repeats });
  const fronted = logs.some(
    (log) => ['balancer', 'origin'].includes(log.vantage) && log.client_address !== 'logged',
  );
  const leads = rows.slice(0, LEADS_SHOWN).map(
    (row): Lead => ({
      kind: 'direct-to-origin',
      value: String(row.src_ip),
      window_id: null,
      sentence: `Reached ${String(row.source_id)} without the proxy in front of it (${count(row.requests).toLocaleString('en-GB')} requests).`,
      query: 'indicators/direct-to-origin',
    }),
  );
  const facts = fronted
    ? { sources: rows.length, requests: rows.reduce((sum, row) => sum + count(row.requests), 0) }
    : null;
  return { facts, leads };
}
