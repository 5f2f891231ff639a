/** The example of docs/own-format.md as a test takes it, and folders of formats. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export const root = mkdtempSync(join(tmpdir(), 'ascribe-own-format-'));
after(() => rmSync(root, { recursive: true, force: true }));

export const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'own-format.md'), 'utf8');
const blocks = (kind: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!);
export const [example] = blocks('sql') as [string];
export const [cells] = blocks('yaml') as [string];
export const [lines, mistake] = blocks('text') as [string, string];

let folders = 0;
/** A folder of formats, by their file names. */
export function folderOf(files: Record<string, string>): string {
  folders += 1;
  const folder = join(root, `formats-${folders}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

export const log = join(root, 'gateway.log');
writeFileSync(log, lines);
