import { readEnvironment } from './environment.ts';

const environment = readEnvironment('export-evidence', process.env);

export async function handler(): Promise<unknown> {
  return environment;
}
