import type { Analyst, Row } from '../catalogue/engine.ts';
import type { Measure, ReportModel } from '../report/model.ts';
import type { Attack } from './observe.ts';
import { type Span, windowOf } from './span.ts';
import { timesOfDefence } from './times-of-defence.ts';

const count = (value: Row[string] | undefined): number => Number(value ?? 0);
const seconds = (us: number): string => `${(us / 1_000_000).toFixed(2)} s`;
const percent = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
const of = (part: number, whole: number): string =>
  `${part.toLocaleString('en-GB')} of ${whole.toLocaleString('en-GB')} (${percent(part, whole)})`;

/** What users felt, by cause: of the attack (slower answers, errors) and of the defence (usual clients stopped or challenged). */
export async function impactOf(analyst: Analyst, attacks: readonly Attack[]): Promise<ReportModel['impact']> {
  const attackCaused: Measure[] = [];
  const mitigationCaused: Measure[] = [];
  const measured = await Promise.all(
    attacks.map(async (attack) => {
      const during = { from: attack.start, until: attack.end };
      const before = {
        from: attack.examined.before.until - (attack.end - attack.start),
        until: attack.examined.before.until,
      };
      const compared = { attack, during, before };
      return Promise.all([
        latency(analyst, compared),
        usualClients(analyst, compared),
        challengedClients(analyst, compared),
      ]);
    }),
  );
  for (const [slower, usual, challenged] of measured) {
    attackCaused.push(...slower, ...usual.errors);
    mitigationCaused.push(...usual.stopped, ...challenged);
  }
  return {
    attack_caused: attackCaused,
    mitigation_caused: mitigationCaused,
    times: await timesOfDefence(analyst, attacks),
    sentence: sentenceOf(attackCaused, mitigationCaused),
  };
}

function sentenceOf(attackCaused: readonly Measure[], mitigationCaused: readonly Measure[]): string {
  if (attackCaused.length + mitigationCaused.length === 0)
    return 'These logs hold nothing from which an effect on users can be measured.';
  const most = [...attackCaused, ...mitigationCaused].slice(0, 1).map((measure) => measure.sentence);
  return `Effects of the attack and of the defence are told apart. ${most.join(' ')}`;
}

type Compared = { attack: Attack; during: Span; before: Span };

async function latency(analyst: Analyst, { attack, during, before }: Compared): Promise<Measure[]> {
  const host = attack.window.host;
  const ask = async (span: Span): Promise<Row | undefined> => {
    const rows = await analyst.ask('impact/latency', windowOf(attack.view, span));
    return rows.find((row) => row.host === host);
  };
  const [then, now] = await Promise.all([ask(before), ask(during)]);
  if (!then || !now) return [];
  const window_id = attack.window.id;
  const [p95Before, p95During] = [count(then.p95_us), count(now.p95_us)];
  return [
    {
      window_id,
      id: 'latency-p95',
      measure: 'Time that 95 of 100 served requests stayed within',
      unit: 'µs',
      before: p95Before,
      during: p95During,
      sentence: `${window_id}: 95 of 100 served requests were answered within ${seconds(p95During)}, against ${seconds(p95Before)} just before (medians ${seconds(count(now.p50_us))} and ${seconds(count(then.p50_us))}; ${count(now.requests).toLocaleString('en-GB')} requests).`,
      query: 'impact/latency',
    },
  ];
}

type Outcome = { requests: number; known: number; stopped: number; challenged: number; errors: number };

/** Errors, blocks and challenges of clients that are no attackers. */
async function usualClients(
  analyst: Analyst,
  { attack, during, before }: Compared,
): Promise<{ errors: Measure[]; stopped: Measure[] }> {
  if (attack.window.sources === null) return { errors: [], stopped: [] };
  const isUsual = usualAddress(attack);
  const ask = async (span: Span): Promise<Outcome> => {
    const sum: Outcome = { requests: 0, known: 0, stopped: 0, challenged: 0, errors: 0 };
    for (const row of await analyst.ask('impact/outcomes-by-source', windowOf(attack.view, span))) {
      if (!isUsual(String(row.src_ip))) continue;
      sum.requests += count(row.requests);
      sum.known += count(row.action_known);
      sum.stopped += count(row.blocked) + count(row.challenged);
      sum.challenged += count(row.challenged);
      sum.errors += count(row.errors);
    }
    return sum;
  };
  const [then, now] = await Promise.all([ask(before), ask(during)]);
  const window_id = attack.window.id;
  const base = { window_id, unit: 'requests', query: 'impact/outcomes-by-source' };
  const errors: Measure = {
    ...base,
    id: 'errors',
    measure: 'Server errors of usual clients',
    before: then.errors,
    during: now.errors,
    sentence: `${window_id}: usual clients got a server error on ${of(now.errors, now.requests)} requests, against ${of(then.errors, then.requests)} just before.`,
  };
  const stopped: Measure = {
    ...base,
    id: 'usual-clients-stopped',
    measure: 'Requests of usual clients that the defence blocked or challenged',
    before: then.stopped,
    during: now.stopped,
    sentence: `${window_id}: the defence blocked or challenged ${of(now.stopped, now.known)} requests of usual clients (${now.challenged.toLocaleString('en-GB')} challenges), against ${of(then.stopped, then.known)} just before.`,
  };
  return { errors: now.requests > 0 ? [errors] : [], stopped: now.known > 0 ? [stopped] : [] };
}

/** Whether an address is neither an attacker nor a machine that the case names. */
function usualAddress({ examined: { judged, hand } }: Attack): (srcIp: string) => boolean {
  const attackers = new Set(judged.filter((source) => source.attacking).map((source) => source.srcIp));
  return (srcIp) => !attackers.has(srcIp) && !hand.machines.has(srcIp);
}

type Challenged = { addresses: number; delayed: number; unserved: number; blocked: number };

/** Usual clients whom the defence challenged: served afterwards, and so delayed, or not. */
async function challengedClients(analyst: Analyst, { attack, during, before }: Compared): Promise<Measure[]> {
  if (attack.window.sources === null || attack.window.mitigated === null) return [];
  const isUsual = usualAddress(attack);
  const ask = async (span: Span): Promise<Challenged> => {
    const rows = await analyst.ask('impact/challenged-clients', windowOf(attack.view, span));
    const usual = rows.filter((row) => isUsual(String(row.src_ip)));
    const delayed = usual.filter((row) => count(row.allowed_after_challenge) > 0);
    const unserved = usual.filter((row) => count(row.allowed_after_challenge) === 0);
    return {
      addresses: usual.length,
      delayed: delayed.length,
      unserved: unserved.length,
      blocked: unserved.filter((row) => count(row.blocked) > 0).length,
    };
  };
  const [then, now] = await Promise.all([ask(before), ask(during)]);
  const window_id = attack.window.id;
  const number = (value: number): string => value.toLocaleString('en-GB');
  return [
    {
      ...{ window_id, id: 'usual-clients-delayed', unit: 'addresses', query: 'impact/challenged-clients' },
      measure: 'Usual clients that the defence challenged and served afterwards',
      before: then.delayed,
      during: now.delayed,
      sentence: `${window_id}: of ${number(now.addresses)} addresses of usual clients that were challenged, ${number(now.delayed)} were served afterwards, and so were delayed; ${number(now.unserved)} were not served again in the window (${number(now.blocked)} of them blocked as well). Just before, ${number(then.delayed)} of ${number(then.addresses)} were served afterwards.`,
    },
  ];
}
