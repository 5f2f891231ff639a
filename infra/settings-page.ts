/** Writes docs/settings.md from the settings: `node infra/settings-page.ts --write`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import type { Setting } from './setting-kinds.ts';
import { declaredSettings, RETENTION_CHOICE } from './settings.ts';

export function settingsPage(): string {
  const rows = Object.entries(declaredSettings as Record<string, Setting<unknown>>).map(
    ([name, { about, expects, byDefault }]) =>
      `| \`${name}\` | ${about} | ${expects} | ${shown(byDefault)} |`,
  );
  return `# Settings

<!-- Written from infra/settings.ts by \`node infra/settings-page.ts --write\`; a test holds the two together. -->

Every setting of a deployment is a key of CDK context: in \`cdk.json\` below \`context\`, or on the command line as \`--context key=value\`. A list is an array in \`cdk.json\`, and one text with commas on the command line. A wrong value, and a key that is no setting, stops the synth with a message that names it.

| setting | what it is | takes | default |
| --- | --- | --- | --- |
${rows.join('\n')}

## Retention

\`\`\`text
${RETENTION_CHOICE}
\`\`\`

A legal hold (the custodian sets it: [deploy.md](deploy.md#hold-something-for-a-court)) keeps a version whatever its retention, until it is taken off. A retention that is changed holds for what is written afterwards; what is locked stays locked as it was.
`;
}

function shown(byDefault: unknown): string {
  if (byDefault === undefined) return '**required**';
  if (Array.isArray(byDefault)) return byDefault.length === 0 ? 'none' : byDefault.join(', ');
  return byDefault === '' ? 'nothing' : `\`${byDefault}\``;
}

if (argv[1] === import.meta.filename && argv.includes('--write'))
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'settings.md'), settingsPage());
