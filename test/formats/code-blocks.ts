import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { samples } from './conformance.ts';

/** Code blocks of a page, from 0, with a newline between them. */
export const blocks =
  (file: string, ...numbers: readonly number[]): (() => string) =>
  () => {
    const lines = readFileSync(join(samples, file), 'utf8').trim().split('\n');
    return numbers.map((number) => (JSON.parse(lines[number]!) as { text: string }).text).join('\n');
  };
