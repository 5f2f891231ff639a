import { readEnvironment } from './environment.ts';

const environment = readEnvironment('sweep', process.env);

export async function handler(): Promise<unknown> {
  return environment;
}
