import { readEnvironment } from './environment.ts';

const environment = readEnvironment('seal', process.env);

export async function handler(): Promise<unknown> {
  return environment;
}
