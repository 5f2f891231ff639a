/** What people say of the case: the case file, and the judgements of analysts. The report follows both, and names both. */
import { type Block, left, list, note, paragraph, right, type Section, type Text } from '../blocks.ts';
import type { CaseAccount, JudgementAccount, OpenCluster, RejectedCluster, ReportModel } from '../model.ts';
import { count, span, time } from '../words.ts';

const MOST_ROWS = 20;

export function handSection(model: ReportModel): Section {
  const judgements = model.judgements ?? [];
  const rejected = model.rejected_clusters ?? [];
  const open = model.open_clusters ?? [];
  const blocks: Block[] = [];
  if (!model.case && judgements.length === 0)
    blocks.push(paragraph('No case file was given, and no analyst judged a cluster.'));
  if (model.case) blocks.push(...caseBlocks(model.case, model));
  if (judgements.length > 0)
    blocks.push({ is: 'heading', text: 'Judgements of analysts' }, judgementsTable(judgements));
  if (rejected.length > 0)
    blocks.push(
      note(
        'In no count, source or edge of a window: analysts rejected these clusters as none of the attack.',
      ),
      rejectedTable(rejected),
    );
  if (open.length > 0)
    blocks.push(
      { is: 'heading', text: 'Clusters left to an analyst' },
      note(
        `They grew, and not so far that they are the attack's by themselves. "ascribe cluster accept" takes one in.`,
      ),
      openTable(open),
    );
  return { id: 'hand', title: 'What people say of the case', blocks };
}

function caseBlocks(account: CaseAccount, model: ReportModel): Block[] {
  const { sha256, known_sources, hosts, surfaces, trusted_proxies } = account;
  const blocks: Block[] = [
    paragraph(['The case file is in the package; its SHA-256 is ', { value: sha256 }, '.']),
  ];
  if (hosts) blocks.push(paragraph(hosts.sentence));
  if (trusted_proxies)
    blocks.push(
      paragraph([
        'Trusted proxies: ',
        trusted_proxies.length === 0 ? 'none' : { value: trusted_proxies.join(' ') },
        '.',
      ]),
    );
  if (known_sources.length > 0)
    blocks.push(
      { is: 'heading', text: 'Known sources, left out' },
      {
        is: 'table',
        caption: 'Sources whose requests are in no count of an attack, with the reason',
        fold_after: MOST_ROWS,
        columns: [
          left('Source'),
          left('Role'),
          left('Reason'),
          left('Networks'),
          right('Requests left out'),
          right("With the attack's signatures"),
          left('What it means'),
        ],
        rows: known_sources.map((source) => [
          { value: source.name },
          source.role,
          { value: source.reason },
          { value: source.networks.join(' ') },
          count(source.requests),
          count(source.attack_requests),
          source.sentence,
        ]),
      },
      ...bothCounts(model),
    );
  if (surfaces.length > 0)
    blocks.push(
      { is: 'heading', text: 'Sensitive surfaces' },
      {
        is: 'table',
        caption: 'Surfaces that the case file names, and whether their logs are complete for the period',
        fold_after: MOST_ROWS,
        columns: [
          left('Surface'),
          left('Host'),
          left('Paths'),
          left('Log'),
          left('Complete'),
          right('Answered with success'),
        ],
        rows: surfaces.map((surface) => [
          { value: surface.name },
          surface.host === null ? 'every host' : { value: surface.host },
          { value: surface.paths.join(' ') },
          { value: surface.log },
          surface.complete ? 'yes' : 'no: see Data access',
          count(surface.answered),
        ]),
      },
    );
  return blocks;
}

function bothCounts({ windows }: ReportModel): Block[] {
  const counted = windows.filter((window) => window.requests_with_excluded !== undefined);
  if (counted.length === 0) return [];
  return [
    list(
      counted.map(
        (window): Text =>
          `${window.id}: at least ${count(window.requests)} attack requests without known sources, ${count(window.requests_with_excluded!)} with them (${count(window.excluded_sources ?? 0)} of their addresses).`,
      ),
    ),
  ];
}

const agent = (value: string | null): Text => (value === null ? 'not logged' : { value });

function judgementsTable(judgements: readonly JudgementAccount[]): Block {
  const said = ({ judgement, tag, by_field }: JudgementAccount): Text => {
    if (judgement === 'tag') return ['tag ', { value: tag ?? '' }];
    return judgement === 'split' ? ['split by ', { value: by_field ?? '' }] : judgement;
  };
  return {
    is: 'table',
    caption: 'The word of analysts on clusters, the earliest first; the latest of a kind stands',
    fold_after: MOST_ROWS,
    columns: [left('Cluster'), left('Judgement'), left('About'), left('By'), left('Reason'), left('At')],
    rows: judgements.map((each) => [
      { value: each.cluster },
      said(each),
      each.window ? span(each.window.from, each.window.until) : 'all windows',
      { value: each.by },
      { value: each.reason },
      time(each.at),
    ]),
  };
}

function rejectedTable(clusters: readonly RejectedCluster[]): Block {
  return {
    is: 'table',
    caption: 'Rejected clusters',
    fold_after: MOST_ROWS,
    columns: [
      left('Cluster'),
      left('In'),
      left('Template'),
      left('User agent'),
      right('Requests'),
      right('Addresses'),
      left('Rejected by'),
      left('Reason'),
    ],
    rows: clusters.map((each) => [
      { value: each.id },
      { strong: each.window_id },
      { value: each.template },
      agent(each.user_agent),
      count(each.requests),
      each.sources === null ? 'not logged' : count(each.sources),
      { value: each.by },
      { value: each.reason },
    ]),
  };
}

function openTable(clusters: readonly OpenCluster[]): Block {
  return {
    is: 'table',
    caption: 'Clusters that grew less than fivefold, or by visitors',
    fold_after: MOST_ROWS,
    columns: [
      left('Cluster'),
      left('In'),
      left('Template'),
      left('User agent'),
      left('JA4'),
      right('Requests'),
      right('Expected'),
    ],
    rows: clusters.map((each) => [
      { value: each.id },
      { strong: each.window_id },
      { value: each.template },
      agent(each.user_agent),
      agent(each.ja4),
      count(each.requests),
      count(each.expected),
    ]),
  };
}
