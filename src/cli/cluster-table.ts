import { visible } from '../report/hostile-text.ts';
import type { KnownCluster } from './clusters-of-report.ts';
import { shorten, textTable } from './table.ts';

const AGENT = 'agent, part';

/** In this order columns give way, down to so many characters. */
const CUTS = [
  ['agent', 20],
  ['template', 24],
  ['state', 16],
  ['agent', AGENT.length],
  ['template', 12],
  ['state', 12],
] as const;

/** Clusters as a table that is no wider than so many columns: what is long is cut, and `ascribe show ID` has it whole. */
export function clusterTable(clusters: readonly KnownCluster[], { width }: { width: number }): string {
  const cells = clusters.map(({ id, window_id, state, tag, requests, template, user_agent, part }) => ({
    fixed: [id, window_id],
    state: visible(tag === null ? state : `${state}, "${tag}"`),
    requests,
    template: visible(template),
    agent: visible(part ?? user_agent ?? ''),
  }));
  const most = (lengths: number[], title: string): number => Math.max(title.length, ...lengths);
  const fixed =
    most(
      clusters.map(({ id }) => id.length),
      'cluster',
    ) +
    most(
      clusters.map(({ window_id }) => window_id.length),
      'in',
    ) +
    most(
      clusters.map(({ requests }) => requests.toLocaleString('en-GB').length),
      'requests',
    );
  const wide = {
    state: most(
      cells.map((each) => each.state.length),
      'state',
    ),
    template: most(
      cells.map((each) => each.template.length),
      'template',
    ),
    agent: most(
      cells.map((each) => each.agent.length),
      AGENT,
    ),
  };
  // Two spaces stand between columns. What says least by its end is cut first.
  let over = wide.state + wide.template + wide.agent + fixed + 5 * 2 - width;
  for (const [column, least] of CUTS) {
    const cut = Math.max(0, Math.min(over, wide[column] - least));
    wide[column] -= cut;
    over -= cut;
  }
  return textTable(
    {
      columns: ['cluster', 'in', 'state', 'requests', 'template', AGENT].map((name) => ({
        name,
        type: name === 'requests' ? 'bigint' : 'varchar',
      })),
      rows: cells.map((each) => [
        ...each.fixed,
        shorten(each.state, wide.state),
        each.requests,
        shorten(each.template, wide.template),
        shorten(each.agent, wide.agent),
      ]),
    },
    { most: clusters.length, widest: width },
  );
}
