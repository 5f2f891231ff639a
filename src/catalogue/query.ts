import { HeaderError, readHeader, requiredText } from '../lake/header.ts';

/** Of `windows` each is a start, a slash and an end; a comma lies between two, as SQL a varchar. */
export type ParameterType = 'date' | 'timestamp' | 'varchar' | 'bigint' | 'windows';

/** `otherwise` is its value where none is given. */
export type Parameter = { name: string; type: ParameterType; about: string; otherwise?: string };

/** A query of the catalogue, as `queries/<id>.sql` declares it. Its text runs as it stands on DuckDB and Athena. */
export type Query = {
  /** The path below queries/, without extension. */
  id: string;
  title: string;
  question: string;
  grain: string;
  limits: string;
  /** ATT&CK techniques that it speaks to. */
  attack: string[];
  params: Parameter[];
  /** The whole file, header and all. */
  text: string;
};

const TYPES: readonly ParameterType[] = ['date', 'timestamp', 'varchar', 'bigint', 'windows'];

/** Reads one query file. Throws HeaderError that names the file and what is wrong. */
export function parseQuery({ id, text }: { id: string; text: string }): Query {
  const file = `queries/${id}.sql`;
  const { header, sql } = readHeader(text, file);
  const params = Object.entries(
    (header.params ?? {}) as Record<string, { type?: string; about?: string; otherwise?: unknown } | null>,
  ).map(([name, declared]): Parameter => {
    const { type, about, otherwise } = declared ?? {};
    if (!TYPES.includes(type as ParameterType))
      throw new HeaderError(file, `parameter ${name} has none of the types ${TYPES.join(', ')}`);
    if (!about) throw new HeaderError(file, `parameter ${name} lacks "about"`);
    const parameter = { name, type: type as ParameterType, about };
    if (otherwise === undefined) return parameter;
    if (typeof otherwise !== 'string' || !isValid(parameter.type, otherwise))
      throw new HeaderError(file, `parameter ${name} has "otherwise" that is no text of a ${type}`);
    return { ...parameter, otherwise };
  });
  const placeholders =
    sql.split('?').length -
    1 -
    (sql
      .match(/'[^']*\?[^']*'/g)
      ?.join('')
      .split('?').length ?? 1) +
    1;
  if (placeholders !== params.length) {
    throw new HeaderError(file, `${placeholders} placeholders but ${params.length} parameters`);
  }
  return {
    id,
    title: requiredText(file, header, 'title'),
    question: requiredText(file, header, 'question'),
    grain: requiredText(file, header, 'grain'),
    limits: requiredText(file, header, 'limits'),
    attack: techniques(file, header.attack),
    params,
    text,
  };
}

/** ATT&CK ids of a header: a list, or nothing. */
function techniques(file: string, declared: unknown): string[] {
  if (declared === undefined) return [];
  const ids = Array.isArray(declared) ? declared.map(String) : [];
  const wrong = ids.find((id) => !/^T\d{4}(\.\d{3})?$/.test(id));
  if (ids.length === 0 || wrong !== undefined)
    throw new HeaderError(
      file,
      `"attack" is a list of ATT&CK techniques such as [T1499.002]${wrong ? `, not ${wrong}` : ''}`,
    );
  return ids;
}

export class ParameterError extends Error {
  constructor(query: Query, problem: string) {
    super(`${query.id}: ${problem}`);
    this.name = 'ParameterError';
  }
}

const FORMS: Record<ParameterType, { pattern: RegExp; example: string }> = {
  date: { pattern: /^\d{4}-\d{2}-\d{2}$/, example: '2019-11-11' },
  timestamp: { pattern: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/, example: '2019-11-11 15:42:00' },
  bigint: { pattern: /^-?\d{1,18}$/, example: '42' },
  varchar: { pattern: /^[\s\S]*$/, example: 'text' },
  windows: { pattern: /^[-0-9 :./,]+$/, example: '2019-11-11 15:42:00/2019-11-11 16:25:00' },
};

/** How a value of a type is written. */
export const exampleOf = (type: ParameterType): string => FORMS[type].example;

/** Values in the order of the header. Throws ParameterError that says what was expected. */
export function bindParameters(query: Query, values: Readonly<Record<string, string>>): string[] {
  for (const name of Object.keys(values)) {
    if (!query.params.some((param) => param.name === name)) {
      const known = query.params.map((param) => param.name).join(', ') || 'none';
      throw new ParameterError(query, `has no parameter "${name}"; its parameters are ${known}`);
    }
  }
  return query.params.map(({ name, type, about, otherwise }) => {
    const value = values[name] ?? otherwise;
    if (value === undefined)
      throw new ParameterError(
        query,
        `parameter ${name} is missing: ${about} (${type}, such as ${FORMS[type].example})`,
      );
    if (!isValid(type, value))
      throw new ParameterError(
        query,
        `parameter ${name} is "${value}", but expected ${type === 'windows' ? type : `a ${type}`} such as ${FORMS[type].example}`,
      );
    return value;
  });
}

function isValid(type: ParameterType, value: string): boolean {
  if (!FORMS[type].pattern.test(value)) return false;
  if (type === 'windows') return value.split(',').every(isWindow);
  return type === 'varchar' || type === 'bigint' || isOfCalendar(value);
}

/** Times of one form are in the order of their texts. */
function isWindow(text: string): boolean {
  const [from, until, ...more] = text.split('/');
  if (from === undefined || until === undefined || more.length > 0) return false;
  return isValid('timestamp', from) && isValid('timestamp', until) && from < until;
}

/** A day that the calendar has, and a time of the day where one follows: JavaScript takes 31 February for March. */
function isOfCalendar(value: string): boolean {
  const ms = Date.parse(`${value.replace(' ', 'T')}${value.includes(' ') ? 'Z' : ''}`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value.slice(0, 10));
}
