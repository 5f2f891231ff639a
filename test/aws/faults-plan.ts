/** Which faults strike what: every call that a function was seen to make, by each kind. */
import { type Call, isWrite } from './emulation/calls.ts';
import type { FaultKind, FaultRule, Faults } from './emulation/faults.ts';

export const kinds: readonly FaultKind[] = ['throttle', 'timeout', '500', 'reset'];

/** A function and an action of AWS that it calls by itself. */
export type Pair = { function: string; service: string; action: string; calls: number; writes: boolean };

/** The distinct pairs of a record. What AWS does in a function's name is no call of the function. */
export function pairsOf(calls: readonly Call[], functions: readonly string[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const call of calls) {
    if (call.via !== undefined || !functions.includes(call.caller)) continue;
    const { caller, service, action } = call;
    const pair = pairs.get(`${caller} ${service}:${action}`) ?? {
      ...{ function: caller, service, action, calls: 0, writes: isWrite(call) },
    };
    pair.calls += 1;
    pairs.set(`${caller} ${service}:${action}`, pair);
  }
  return [...pairs.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ function: name, service, action }: Pair): string {
  return `${name} ${service}:${action}`;
}

/** Longer than a client waits at the pace of the test. */
const HANGS_MS = 3_500;
/** An invocation is waited for as long as a function may run: here it is cut off instead. */
const INVOCATION_HANGS_MS = 500;

/**
 * One strike of each kind, spread over the calls; what is called seldom is struck four times in a row, so that the
 * client gives up and the run fails. A write is struck once more, after it took effect: its answer is lost.
 */
export function rulesFor(pair: Pair): FaultRule[] {
  const { function: name, service, action, calls, writes } = pair;
  // How often the state of a query is asked for depends on the machine.
  const after = action === 'GetQueryExecution' ? 1 : Math.min(20, Math.floor(calls / 24));
  const hangs = service === 'lambda' ? INVOCATION_HANGS_MS : HANGS_MS;
  const rule = (kind: FaultKind, more: Partial<FaultRule> = {}): FaultRule => ({
    ...{ function: name, service, action, kind, times: 1, after, hangs },
    ...more,
  });
  const lost = writes ? [rule('reset', { loses: 'answer' })] : [];
  return [...kinds.map((kind) => rule(kind)), ...lost];
}

export type Covered = { pair: Pair; struck: Record<FaultKind, number> };

export function covered(pairs: readonly Pair[], struck: Faults['struck']): Covered[] {
  return pairs.map((pair) => ({
    pair,
    struck: Object.fromEntries(
      kinds.map((kind) => [kind, struck.get(`${nameOf(pair)} ${kind}`) ?? 0]),
    ) as Covered['struck'],
  }));
}

/** Pairs and kinds that were never struck. */
export function missing(table: readonly Covered[]): string[] {
  return table.flatMap(({ pair, struck }) =>
    kinds.filter((kind) => struck[kind] === 0).map((kind) => `${nameOf(pair)} ${kind}`),
  );
}

export function printed(table: readonly Covered[], shown: (name: string) => string): string {
  const rows = table.map(({ pair, struck }) => [
    shown(pair.function),
    `${pair.service}:${pair.action}`,
    ...kinds.map((kind) => String(struck[kind])),
  ]);
  const all = [['function', 'call', ...kinds], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
