import { CASE_PARAMETER } from '../case/query-of-case.ts';
import { exampleOf, type Parameter, type Query } from '../catalogue/query.ts';
import { hanging } from './wrap.ts';

const WIDTH = 80;

/** What a parameter is where nobody gives it, by its name; all others have that of their query, or must be given. */
const FILLED: Record<string, string> = {
  from_day: 'the day of --from, or the first of the lake',
  until_day: 'the last day before --until, or the last of the lake',
  from_time: '--from, or the first event of the lake',
  until_time: '--until, or the end of the last event of the lake',
  known_day: 'the day of --from, or the first of the lake',
  windows: '--from and --until, or the first and the last event of the lake',
  source_id: '--source, or the outermost log (of flows, names or changes the largest)',
};

/** Values for an example, of parameters that must be given. */
const EXAMPLES: Record<string, string> = {
  addresses: '192.0.2.%',
  asn: '64496',
  first_from: '2019-11-11 15:42',
  first_until: '2019-11-11 16:25',
  kind: 'ip',
  least_bytes: '1000000',
  paths: '/admin/%',
  second_from: '2019-11-12 13:20',
  second_until: '2019-11-12 14:02',
  value: '198.51.100.7',
};

/** A query for people: what it answers, its parameters with type and default, and an example. */
export function queryHelp(query: Query): string {
  const wide = Math.max(...query.params.map((param) => named(param).length));
  const sections = [
    [
      ...hanging('', `${query.id}: ${query.question}`, WIDTH),
      ...hanging('', `Grain: ${query.grain}.`, WIDTH),
    ],
    [
      'Parameters (-p NAME=VALUE):',
      ...query.params.flatMap((param) => [
        ...hanging(`  ${named(param).padEnd(wide)}  `, param.about, WIDTH),
        ...hanging(' '.repeat(wide + 4), defaultOf(param), WIDTH),
      ]),
    ],
    ['Example:', `  $ ${exampleCommand(query)}`],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

/** What must be given, or may be in place of a default of the query's own, as it is written on the command line. */
export function ownParameters({ params }: Query): string[] {
  return params.filter(isOwn).map((param) => `-p ${param.name}=${exampleValue(param)}`);
}

function exampleCommand(query: Query): string {
  const given = ownParameters(query).map((each) => each.replace(/=(.*[ %].*)$/, '="$1"'));
  // Days reach over all the lake holds where the times of windows are given by themselves.
  const hasOwnTimes = query.params.some((param) => isOwn(param) && param.type === 'timestamp');
  const isOfTime = query.params.some(({ name }) => ['from_day', 'from_time', 'windows'].includes(name));
  const span = isOfTime && !hasOwnTimes ? ['--from "2019-11-12 13:20" --until "2019-11-12 14:02"'] : [];
  return ['ascribe query', query.id, ...given, ...span].join(' ');
}

const named = ({ name, type }: Parameter): string => `${name} (${type})`;
const isOwn = ({ name, otherwise }: Parameter): boolean => !(name in FILLED) && otherwise === undefined;
const exampleValue = ({ name, type }: Parameter): string => EXAMPLES[name] ?? exampleOf(type);

function defaultOf({ name, otherwise }: Parameter): string {
  if (FILLED[name]) return `Default: ${FILLED[name]}.`;
  if (name === CASE_PARAMETER)
    return 'Default: the paths of the surfaces of the case file; without one it must be given.';
  return otherwise === undefined ? 'It must be given.' : `Default: ${otherwise}.`;
}
