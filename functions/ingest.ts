import { readEnvironment } from './environment.ts';

const environment = readEnvironment('ingest', process.env);

export async function handler(): Promise<unknown> {
  return environment;
}
