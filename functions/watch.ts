import { readEnvironment } from './environment.ts';

const environment = readEnvironment('watch', process.env);

export async function handler(): Promise<unknown> {
  return environment;
}
