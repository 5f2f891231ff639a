import { readEnvironment } from './environment.ts';

const environment = readEnvironment('investigate', process.env);

export async function handler(): Promise<unknown> {
  return environment;
}
