/** Reads what a TypeScript or JavaScript file imports, by a parser: strings and comments do not count. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

export type Import = {
  /** The importing file, relative to the root, `/`-separated. */
  file: string;
  line: number;
  /** As written; null where it is computed at run time. */
  specifier: string | null;
  /** Erased when types are: `import type`, `export type`, `import('…').T`. */
  isType: boolean;
};

/** Globals that reach the world or its clock, as a pure folder must not. */
export type Reach = { file: string; line: number; name: string };

export type Reading = { imports: Import[]; reaches: Reach[] };

/** Files below folders of the root, in order; folders that are not there yet are none. */
export function filesBelow(root: string, folders: readonly string[], extension: RegExp): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && extension.test(entry.name))
        .map((entry) =>
          join(entry.parentPath, entry.name).slice(root.length).split('\\').join('/').replace(/^\//, ''),
        ),
    )
    .filter((file) => !/(^|\/)(node_modules|dist|cdk\.out)\//.test(file))
    .sort();
}

export function readFile(root: string, file: string): Reading {
  return readSource(file, readFileSync(join(root, file), 'utf8'));
}

export function readSource(file: string, source: string): Reading {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file} does not parse: ${errors[0].message}`);
  const imports: Import[] = [];
  const reaches: Reach[] = [];
  const lineOf = (offset: number) => source.slice(0, offset).split('\n').length;
  const add = (offset: number, specifier: string | null, isType: boolean) =>
    imports.push({ file, line: lineOf(offset), specifier, isType });
  const reach = (offset: number, name: string) => reaches.push({ file, line: lineOf(offset), name });

  new Visitor({
    ImportDeclaration: (node) => add(node.start, node.source.value, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.start, node.source.value, node.exportKind === 'type'),
    ExportNamedDeclaration(node) {
      if (node.source) add(node.start, node.source.value, node.exportKind === 'type');
    },
    ImportExpression: (node) => add(node.start, literal(node.source), false),
    TSImportType: (node) => add(node.start, literal(node.source), true),
    TSImportEqualsDeclaration(node) {
      if (node.moduleReference.type === 'TSExternalModuleReference') {
        add(node.start, literal(node.moduleReference.expression), node.importKind === 'type');
      }
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'Identifier') return;
      if (callee.name === 'require') add(node.start, literal(node.arguments[0]), false);
      if (callee.name === 'fetch') reach(node.start, 'fetch');
      if (callee.name === 'Date') reach(node.start, 'Date()');
    },
    NewExpression(node) {
      const isClock =
        node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0;
      if (isClock) reach(node.start, 'new Date()');
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return;
      const name = `${node.object.name}.${node.property.name}`;
      if (/^(process\..*|Date\.now|Math\.random|performance\.now|globalThis\..*)$/.test(name))
        reach(node.start, name);
    },
  }).visit(program);
  return { imports, reaches };
}

/** A string as written, also in back quotes; null for what is computed. */
function literal(node: unknown): string | null {
  const { value, quasis } = (node ?? {}) as { value?: unknown; quasis?: { value: { cooked: string } }[] };
  if (typeof value === 'string') return value;
  return quasis?.length === 1 ? (quasis[0]?.value.cooked ?? null) : null;
}
