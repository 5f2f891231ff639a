/** Trino's client protocol (https://trino.io/docs/current/develop/client-protocol.html), as far as it is needed. */
import { sleep } from './local-http.ts';

export type TrinoType = { rawType: string; arguments: { kind: string; value: unknown }[] };
export type TrinoColumn = { name: string; type: string; typeSignature: TrinoType };
export type TrinoStats = {
  state: string;
  queuedTimeMillis: number;
  elapsedTimeMillis: number;
  planningTimeMillis?: number;
  physicalInputBytes: number;
};
export type TrinoResult = {
  columns: TrinoColumn[];
  rows: unknown[][];
  stats: TrinoStats;
  updateType: string | null;
};

export class TrinoError extends Error {
  readonly code: string;
  readonly isUsers: boolean;
  constructor(said: { errorName: string; errorType: string; message: string }) {
    super(said.message);
    this.code = said.errorName;
    this.isUsers = said.errorType === 'USER_ERROR';
  }
}

type Page = {
  nextUri?: string;
  columns?: TrinoColumn[];
  data?: unknown[][];
  stats: TrinoStats;
  updateType?: string;
  error?: { errorName: string; errorType: string; message: string };
};

/**
 * Runs one statement. `watch` sees the statistics of each page. When the signal comes, the query is cancelled in Trino
 * and this rejects with the signal's reason.
 */
export async function runInTrino(url: string, by: TrinoQuestion): Promise<TrinoResult> {
  // For some seconds after its start Trino has not heard of its only node.
  for (let tries = 0; ; tries += 1) {
    try {
      return await runOnce(url, by);
    } catch (error) {
      if (!(error instanceof TrinoError && error.code === 'NO_NODES_AVAILABLE') || tries === 60) throw error;
      await sleep(250);
    }
  }
}

export type TrinoQuestion = {
  sql: string;
  schema: string;
  prepared: Record<string, string>;
  signal: AbortSignal;
  watch: (stats: TrinoStats) => void;
};

async function runOnce(url: string, by: TrinoQuestion): Promise<TrinoResult> {
  const prepared = Object.entries(by.prepared).map(([name, sql]) => `${name}=${encodeURIComponent(sql)}`);
  const headers: Record<string, string> = {
    'x-trino-user': 'athena',
    'x-trino-catalog': 'awsdatacatalog',
    'x-trino-schema': by.schema,
    'x-trino-time-zone': 'UTC',
    'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
    ...(prepared.length > 0 ? { 'x-trino-prepared-statement': prepared.join(',') } : {}),
  };
  let page = await ask(`${url}/v1/statement`, { method: 'POST', body: by.sql, headers });
  let columns: TrinoColumn[] = [];
  const rows: unknown[][] = [];
  let updateType: string | null = null;
  for (;;) {
    if (page.error) throw new TrinoError(page.error);
    columns = page.columns ?? columns;
    updateType = page.updateType ?? updateType;
    if (page.data) for (const row of page.data) rows.push(row);
    by.watch(page.stats);
    if (by.signal.aborted) {
      if (page.nextUri) await fetch(page.nextUri, { method: 'DELETE', headers });
      throw by.signal.reason;
    }
    if (!page.nextUri) return { columns, rows, stats: page.stats, updateType };
    page = await ask(page.nextUri, { headers });
  }
}

async function ask(url: string, options: RequestInit): Promise<Page> {
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(url, options);
    const said = await response.text();
    if (response.ok) return JSON.parse(said, exactly) as Page;
    // The protocol asks clients to try these again.
    if (![502, 503, 504].includes(response.status) || tries === 50)
      throw new Error(`Trino answers ${response.status}: ${said.slice(0, 500)}`);
    await sleep(100);
  }
}

/** Whole numbers beyond 2^53 stay exact. */
function exactly(this: unknown, _: string, value: unknown, context?: { source?: string }): unknown {
  const isLarge = typeof value === 'number' && !Number.isSafeInteger(value);
  return isLarge && context?.source !== undefined && /^-?\d+$/.test(context.source)
    ? BigInt(context.source)
    : value;
}
