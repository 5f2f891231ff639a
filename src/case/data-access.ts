import type { Analyst } from '../catalogue/engine.ts';
import type { ReportModel, SurfaceAccount } from '../report/model.ts';
import type { CaseFile } from './case-file.ts';
import { type KnownSources, knownSources } from './known-sources.ts';
import type { AttackingSource } from './sources.ts';
import { dayParameters, type Span } from './span.ts';
import { type Sign, signsOf } from './surface-signs.ts';
import { type Completeness, isOn, missingOf, type SurfaceAnswer, surfaceAnswers } from './surfaces.ts';

const FINDINGS_SHOWN = 20;

const count = (value: number): string => value.toLocaleString('en-GB');

type Finding = ReportModel['data_access']['findings'][number] & { needsConfirmation: boolean };

export type AccessAnswer = { answer: ReportModel['data_access']; surfaces: SurfaceAccount[] };

/**
 * Whether data was accessed, by what was examined (decision 16 of the design). `signs` needs more than an answer on a
 * sensitive path; `no-sign` needs a complete log of each surface that the case file names, and nobody answered there.
 * All else is `cannot-say`, with what is missing.
 */
export async function dataAccess(
  analyst: Analyst,
  {
    period,
    windows,
    sources,
    caseFile,
    ...examined
  }: Completeness & {
    period: Span;
    windows: readonly Span[];
    sources: readonly AttackingSource[];
    caseFile: CaseFile | null;
  },
): Promise<AccessAnswer> {
  const surfaces = caseFile?.surfaces ?? [];
  const { logs } = examined.coverage;
  const known = knownSources(caseFile);
  const hosts = caseFile?.hosts ?? [];
  const isOfCase = (host: unknown): boolean =>
    hosts.length === 0 || host === null || hosts.includes(String(host).toLowerCase());
  const [wellKnown, all] = await Promise.all([
    analyst.ask('impact/sensitive-paths', dayParameters(period)),
    surfaces.length > 0 ? surfaceAnswers(analyst, { surfaces, period, logs }) : [],
  ]);
  // A surface that names its host is of the case, whatever the hosts of it.
  const answers = all.filter(({ surface, host }) => surface.host !== null || isOfCase(host));
  const signs = await signsOf(analyst, { answers, about: examined.about, windows, sources, known });
  const findings = [
    ...surfaceFindings(answers, { signs, known, about: examined.about }),
    ...wellKnown
      .filter((row) => isOfCase(row.host))
      .map((row) => ({
        host: row.host === null ? null : String(row.host),
        path: String(row.path),
        srcIp: row.src_ip === null ? null : String(row.src_ip),
        answered: Number(row.answered),
        row: { object_id: String(row.object_id), record_no: Number(row.record_no) },
      }))
      .filter((each) => !surfaces.some((surface) => isOn(surface, each)))
      .map((each) => confirmation(each, known)),
  ];
  const accounts = surfaces.map((surface): SurfaceAccount => {
    const needs = missingOf(surface, examined);
    const own = answers.filter((each) => each.surface === surface && isAbout(each, examined.about));
    return {
      ...surface,
      complete: needs.length === 0,
      answered: own.reduce((sum, each) => sum + each.answered, 0),
      needs,
    };
  });
  return {
    answer: answerOf({ findings, signs, accounts, vantages: logs.map(({ vantage }) => vantage) }),
    surfaces: accounts,
  };
}

function isAbout({ firstSeen, lastSeen }: SurfaceAnswer, about: Span): boolean {
  return firstSeen < about.until && lastSeen >= about.from;
}

type Seen = Pick<SurfaceAnswer, 'host' | 'path' | 'srcIp' | 'answered' | 'row'>;

function confirmation(seen: Seen, known: KnownSources, on = ''): Finding {
  const source = seen.srcIp === null ? null : known.of(seen.srcIp);
  const by = source ? ` by ${source.name} (${source.role})` : '';
  return {
    sentence: `${seen.host ?? 'A host that the log does not name'} answered ${count(seen.answered)} requests for ${seen.path}${on} with success: needs confirmation${by}.`,
    addresses: seen.srcIp === null ? [] : [seen.srcIp],
    rows: [seen.row],
    needsConfirmation: true,
  };
}

/** One finding a surface, log, host, path and address: the signs first, then those with most answers. */
function surfaceFindings(
  answers: readonly SurfaceAnswer[],
  { signs, known, about }: { signs: readonly Sign[]; known: KnownSources; about: Span },
): Finding[] {
  const named = signs.map(({ sentence, answer }): Finding => {
    const addresses = answer.srcIp === null ? [] : [answer.srcIp];
    return { sentence, addresses, rows: [answer.row], needsConfirmation: false };
  });
  const signed = new Set(signs.map(({ answer }) => keyOf(answer)));
  const groups = Map.groupBy(
    answers.filter((each) => isAbout(each, about) && !signed.has(keyOf(each))),
    keyOf,
  );
  const others = [...groups.values()]
    .map((group) => {
      const [first] = group.toSorted((a, b) => a.firstSeen - b.firstSeen);
      return { ...first!, answered: group.reduce((sum, each) => sum + each.answered, 0) };
    })
    .sort((a, b) => b.answered - a.answered || (keyOf(a) < keyOf(b) ? -1 : 1));
  return [...named, ...others.map((each) => confirmation(each, known, ` (${each.surface.name})`))];
}

function keyOf({ surface, sourceId, host, path, srcIp }: SurfaceAnswer): string {
  return JSON.stringify([surface.name, sourceId, host, path, srcIp]);
}

function answerOf({
  findings,
  signs,
  accounts,
  vantages,
}: {
  findings: readonly Finding[];
  signs: readonly Sign[];
  accounts: readonly SurfaceAccount[];
  vantages: readonly string[];
}): ReportModel['data_access'] {
  const open = findings.filter(({ needsConfirmation }) => needsConfirmation).length;
  const shown = findings
    .slice(0, FINDINGS_SHOWN)
    .map(({ sentence, addresses, rows }) => ({ sentence, addresses, rows }));
  const missing = [
    ...(accounts.length === 0 ? unnamedNeeds(vantages) : new Set(accounts.flatMap(({ needs }) => needs))),
    ...(accounts.length > 0 && open > 0
      ? [
          `The word of those who work there on ${open === 1 ? 'the finding that needs' : `the ${open} findings that need`} confirmation.`,
        ]
      : []),
  ];
  if (signs.length > 0)
    return {
      answer: 'signs',
      sentence: `${signs.length === 1 ? 'One client was' : `${signs.length} clients were`} answered on a sensitive surface in a way that its usual use does not explain. What was in the answers only the logs of the data say.`,
      needs: missing,
      findings: shown,
    };
  if (accounts.length > 0 && missing.length === 0 && findings.length === 0)
    return {
      answer: 'no-sign',
      sentence: `Nobody was answered with success on ${accounts.length === 1 ? 'the surface' : `any of the ${accounts.length} surfaces`} that the case file names, and the log of each is complete for the period.`,
      needs: [],
      findings: [],
    };
  const examined =
    findings.length === 0
      ? 'No administrative or export path was answered with success in the logs that were examined'
      : accounts.length === 0
        ? `${findings.length} administrative or export paths were answered with success and need confirmation`
        : `On sensitive paths ${count(findings.length)} ${findings.length === 1 ? 'pair of path and address was' : 'pairs of path and address were'} answered with success and need confirmation`;
  const reason =
    accounts.length === 0
      ? 'the logs of the data themselves were not given'
      : accounts.every(({ complete }) => complete)
        ? 'whose they were the logs do not say'
        : `the logs of ${count(accounts.filter(({ complete }) => !complete).length)} of ${count(accounts.length)} surfaces that the case file names are not complete`;
  return {
    answer: 'cannot-say',
    sentence: `Whether data was accessed can't be said from these logs. ${examined}; ${reason}.`,
    needs: missing,
    findings: shown,
  };
}

/** What it takes where no case file names the surfaces. */
function unnamedNeeds(vantages: readonly string[]): string[] {
  return [
    "The application's own log of who logged in and what was exported, complete for the period.",
    'The audit log of the database and of its backups.',
    ...(vantages.includes('control')
      ? []
      : ['The log of administrative actions of the platform (CloudTrail, Cloudflare audit log).']),
    ...(vantages.includes('origin') ? [] : ['The access log of the web servers themselves.']),
  ];
}
