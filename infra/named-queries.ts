import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import { parseQuery, type Query } from '../src/catalogue/query.ts';
import type { Workgroup } from './workgroup.ts';

export type NamedQueriesProps = { workgroup: Workgroup; database: string };

const folder = join(import.meta.dirname, '..', 'queries');

/** Athena's limits. */
const LONGEST_NAME = 128;
const LONGEST_DESCRIPTION = 1024;

/** Every file of the catalogue, in order of its id. */
export function catalogue(): Query[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replaceAll('\\', '/').slice(0, -'.sql'.length))
    .sort()
    .map((id) => parseQuery({ id, text: readFileSync(join(folder, `${id}.sql`), 'utf8') }));
}

/** The whole catalogue as saved queries, so that an investigator finds in the console what the reports asked. */
export class NamedQueries extends Construct {
  constructor(scope: Construct, id: string, { workgroup, database }: NamedQueriesProps) {
    super(scope, id);
    for (const query of catalogue()) {
      new CfnNamedQuery(this, query.id.replaceAll('/', '-'), {
        name: cut(`${query.id}: ${query.title}`, LONGEST_NAME),
        description: cut(description(query), LONGEST_DESCRIPTION),
        database,
        workGroup: workgroup.workgroupName,
        queryString: query.text,
      }).addResourceDependency(workgroup.resource);
    }
  }
}

/** The parameters come before the limits: whoever runs the query needs each of them, in this order. */
export function description({ title, question, grain, params, limits }: Query): string {
  const given = params.map(({ name, type, about }, index) => `${index + 1} ${name} (${type}): ${about}`);
  return `${title}. ${question} Parameters: ${given.join('; ') || 'none'}. ${grain}. Limits: ${limits}`;
}

function cut(value: string, most: number): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
