import type { Command } from 'commander';
import { TOOL } from '../adapters/assets.ts';
import { writeInto } from '../adapters/at-work.ts';
import { awsClients } from '../adapters/aws-clients.ts';
import { isInS3, openLakeStore } from '../adapters/lake-location.ts';
import {
  CLUSTER_ID,
  type Judgement,
  readJudgements,
  recordJudgement,
  SPLIT_FIELDS,
  type SplitField,
  standingIn,
} from '../case/judgements.ts';
import { LakeError } from '../case/snapshot.ts';
import { readProfile } from '../ingest/profile.ts';
import type { Store } from '../lake/store.ts';
import { visible } from '../report/hostile-text.ts';
import { clusterTable } from './cluster-table.ts';
import { allClusters, type KnownCluster, knownClusters, reportOfLake, spanOf } from './clusters-of-report.ts';
import { CommandError } from './command-error.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { tell } from './wrap.ts';

type ReportOptions = { lake: string; report?: string };
type ListOptions = ReportOptions & { all?: boolean };
type JudgeOptions = ReportOptions & { by: string; reason: string; window?: string };
type Said = Pick<Judgement, 'judgement'> & { tag?: string; byField?: SplitField };

const MOST_TEXT = 2000;

export function addCluster(program: Command): void {
  const cluster = program
    .command('cluster')
    .description('Your word on the clusters of a report, with name and reason: the next report follows it')
    .addHelpText('after', '\nExample:\n  $ ascribe cluster list --lake case-7/lake');
  withReport(cluster.command('list').description('List the clusters of a report, and what was said of them'))
    .option('--all', 'every cluster of every window and surge, also what the report does not name')
    .addHelpText('after', '\nExample:\n  $ ascribe cluster list --lake case-7/lake')
    .action(list);
  judging(cluster, 'accept', "It is the attack's, even where it grew less than the threshold").action(
    (id: string, options: JudgeOptions) => judge(id, { judgement: 'accept' }, options),
  );
  judging(cluster, 'reject', "It is none of the attack's: in no count, source or edge of a window").action(
    (id: string, options: JudgeOptions) => judge(id, { judgement: 'reject' }, options),
  );
  judging(cluster, 'split', 'List it by the values of a field, each a part that can be rejected on its own')
    .requiredOption('--by-field <field>', SPLIT_FIELDS.join(', '))
    .action((id: string, options: JudgeOptions & { byField: string }) =>
      judge(id, { judgement: 'split', byField: splitField(options.byField) }, options),
    );
  judging(cluster, 'tag', 'Put a label beside it')
    .argument('<label>', 'such as "booter A"')
    .action((id: string, label: string, options: JudgeOptions) =>
      judge(id, { judgement: 'tag', tag: words('the label', label) }, options),
    );
}

function withReport(command: Command): Command {
  return command
    .option('--lake <place>', 'the lake: a folder, or s3://bucket/prefix', DEFAULT_LAKE)
    .option('--report <file>', 'the report.json that names the clusters; without it the one beside the lake');
}

function judging(cluster: Command, name: string, about: string): Command {
  const example = { accept: '', reject: '', split: ' --by-field user_agent', tag: ' "booter A"' }[name] ?? '';
  const command = cluster
    .command(name)
    .description(about)
    .argument('<cluster>', 'its id, which reports and "ascribe cluster list" give')
    .requiredOption('--by <name>', 'who judges')
    .requiredOption('--reason <text>', 'why: it is kept')
    .option(
      '--window <id>',
      'only in this window or surge of the report (W1, S2); without it wherever it is seen',
    )
    .addHelpText(
      'after',
      `\nExample:\n  $ ascribe cluster ${name} 1a2b3c4d${example} --lake case-7/lake --by "A. Analyst" --reason "Confirmed with the hosting team"`,
    );
  return withReport(command);
}

function splitField(text: string): SplitField {
  const field = SPLIT_FIELDS.find((each) => each === text);
  if (field) return field;
  throw new CommandError(`--by-field ${text} is none of ${SPLIT_FIELDS.join(', ')}.`, 2);
}

function words(what: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MOST_TEXT)
    throw new CommandError(
      `${what} must be a text of 1 to ${MOST_TEXT.toLocaleString('en-GB')} characters.`,
      2,
    );
  return trimmed;
}

async function openJudged({ lake }: ReportOptions): Promise<{ store: Store; judgements: Judgement[] }> {
  const store = await openLakeStore(lake, awsClients());
  if (!(await readProfile(store)))
    throw new LakeError(`there is no lake at ${lake}: ascribe ingest makes one`);
  const { judgements, broken } = await readJudgements(store);
  if (broken[0])
    throw new CommandError(
      `${store.locate(broken[0].key)}: ${broken[0].problem}. Put it back from a copy, or remove it, and judge again.`,
    );
  return { store, judgements };
}

async function judge(id: string, said: Said, options: JudgeOptions): Promise<void> {
  const [by, reason] = [words('--by', options.by), words('--reason', options.reason)];
  const { store, judgements } = await openJudged(options);
  const { model, name } = await reportOfLake(store, options);
  const window = options.window === undefined ? null : spanOf(model, { id: options.window, name });
  const known = knownClusters(model);
  if (!isKnown(id, { known, judgements }))
    refuseUnknown(id, { known: await allClusters(name), judgements, name });
  refuseIdle(id, said, judgements);
  const { judgement, tag = null, byField = null } = said;
  const leave = writeInto(options.lake);
  await recordJudgement(store, {
    ...{ cluster: id, judgement, tag, by_field: byField, window, by, reason },
    at: new Date().toISOString(),
    tool: TOOL,
  }).finally(leave);
  tell(
    `${id}: ${judgement}${byField ? ` by ${byField}` : ''}, recorded for ${visible(by)}. The next report of this lake follows it: ascribe investigate --lake ${options.lake}`,
  );
}

function refuseUnknown(
  id: string,
  { known, judgements, name }: { known: KnownCluster[]; judgements: readonly Judgement[]; name: string },
): void {
  if (isKnown(id, { known, judgements })) return;
  throw new CommandError(
    `${name} has no cluster ${visible(id)}: ascribe cluster list --all shows those that it has.`,
    2,
  );
}

function isKnown(
  id: string,
  { known, judgements }: { known: readonly KnownCluster[]; judgements: readonly Judgement[] },
): boolean {
  return known.some((each) => each.id === id) || judgements.some(({ cluster }) => cluster === id);
}

/** What would be recorded and change nothing, or undo what stands without saying so. */
function refuseIdle(id: string, { judgement, byField }: Said, judgements: readonly Judgement[]): void {
  const standing = standingIn(judgements, {
    from: Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
  });
  const isPart = id.includes('.');
  if (isPart && judgement === 'split')
    throw new CommandError(
      `${id} is a part of a cluster already: split ${id.split('.')[0]} by another field.`,
      2,
    );
  if (isPart && judgement === 'accept' && standing.get(id)?.ruling?.judgement !== 'reject')
    throw new CommandError(
      `${id} is a part, and the attack's unless it is rejected: accept its cluster ${id.split('.')[0]}, and reject the parts that are none.`,
      2,
    );
  const rejected = [...standing].find(
    ([part, { ruling }]) => part.startsWith(`${id}.`) && ruling?.judgement === 'reject',
  );
  if (judgement === 'split' && rejected && standing.get(id)?.split?.by_field !== byField)
    throw new CommandError(
      `${id} is split by ${standing.get(id)?.split?.by_field}, and its part ${rejected[0]} is rejected: accept the part first, since another split has other parts.`,
      2,
    );
}

async function list(options: ListOptions): Promise<void> {
  const { store, judgements } = await openJudged(options);
  const { model, name } = await reportOfLake(store, options);
  const known = options.all ? await allClusters(name) : knownClusters(model);
  const width = Math.max(process.stdout.columns ?? 80, 80);
  const lines = known.length === 0 ? ['The report names no cluster.'] : [clusterTable(known, { width })];
  const later = judgements.filter(({ hash }) => !model.judgements?.some((each) => each.hash === hash));
  if (judgements.length > 0) lines.push('', ...judgements.map(sentenceOf));
  if (later.length > 0)
    lines.push(
      '',
      `${later.length} of these ${later.length === 1 ? 'is' : 'are'} younger than the report: ascribe investigate --lake ${options.lake} makes one that follows.`,
    );
  tell(lines.join('\n'));
}

/** A judgement as a line for a terminal. */
export function sentenceOf({ cluster, judgement, tag, by_field, window, by, reason, at }: Judgement): string {
  const what = tag ? `tag "${tag}"` : by_field ? `split by ${by_field}` : judgement;
  const where = window ? `, from ${window.from} until ${window.until}` : '';
  return visible(`${cluster}: ${what}${where}, by ${by} at ${at}: ${reason}`);
}

/** A report of before has no list of all clusters. */
function none(error: unknown): KnownCluster[] {
  if (error instanceof CommandError) return [];
  throw error;
}

/** A cluster of the report beside a lake, for a terminal; null where it has none of that id. */
export async function clusterText(id: string, { lake }: { lake: string }): Promise<string | null> {
  if (!CLUSTER_ID.test(id) || isInS3(lake)) return null;
  const { store, judgements } = await openJudged({ lake });
  const { model, name } = await reportOfLake(store, { lake }).catch((error: unknown) => {
    if (error instanceof CommandError) return { model: null, name: '' };
    throw error;
  });
  const isOf = (each: KnownCluster): boolean => each.id === id || each.id.startsWith(`${id}.`);
  const named = (model ? knownClusters(model) : []).filter(isOf);
  const known = model && named.length === 0 ? (await allClusters(name).catch(none)).filter(isOf) : named;
  const said = judgements.filter(({ cluster }) => cluster === id || cluster.startsWith(`${id}.`));
  if (known.length + said.length === 0) return null;
  const lines = known.map((each) =>
    visible(
      `cluster ${each.id} in ${each.window_id}: ${each.state}${each.tag ? `, tag "${each.tag}"` : ''}, ${each.requests.toLocaleString('en-GB')} requests, ${each.template}, agent ${each.user_agent ?? 'not logged'}${each.part ? ` (${each.part})` : ''}`,
    ),
  );
  return `${[...(model?.synthetic ? ['SYNTHETIC.'] : []), ...lines, ...said.map(sentenceOf)].join('\n')}\n`;
}
