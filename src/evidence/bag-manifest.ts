/**
 * The manifests of a bag (RFC 8493 section 2.1.3): `<hex><two spaces><path>`, LF, in code-point order of the
 * paths. Reading accepts only what writing gives, so that no byte of a manifest can change unseen.
 */
import { createHash } from 'node:crypto';

export const algorithms = ['sha256', 'sha512'] as const;
export type Algorithm = (typeof algorithms)[number];
export type Digests = Record<Algorithm, string>;

export const payloadManifest = (algorithm: Algorithm) => `manifest-${algorithm}.txt`;
export const tagManifest = (algorithm: Algorithm) => `tagmanifest-${algorithm}.txt`;
/** Signatures come after the tag manifests and sign one: they are the only files that no manifest lists. */
export const signatures = 'signatures/';

export function digestsOf(bytes: Uint8Array): Digests {
  const hex = (algorithm: Algorithm) => createHash(algorithm).update(bytes).digest('hex');
  return { sha256: hex('sha256'), sha512: hex('sha512') };
}

/** Why a bag cannot hold a file of this path (relative to the bag); null for a good one. */
export function pathProblem(path: string): string | null {
  if (path === '') return 'is empty';
  if (path.startsWith('/')) return 'is absolute';
  if (path.startsWith('~')) return 'starts with ~, which a shell expands to a home directory';
  if (/^[A-Za-z]:/.test(path)) return 'starts with a drive letter';
  if (path.includes('\\')) return 'holds a backslash, which Windows takes for a separator';
  if (path.split('/').some((part) => part === '..' || part === '.')) return 'holds . or ..';
  if (path.split('/').includes('')) return 'has an empty part';
  if (!path.isWellFormed()) return 'is no Unicode text';
  // CR and LF have an encoding in a manifest. These have none, and some readers take them for line ends.
  if (/(?![\r\n])\p{Cc}|\p{Zl}|\p{Zp}/u.test(path)) return 'holds a control character';
  if (/[^\S\r\n]$/.test(path)) return 'ends in white space, which readers of a manifest cut off';
  return null;
}

/** LF, CR and %, and only these (RFC 8493 section 2.1.3). */
export function encodePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function decodePath(encoded: string): string {
  return encoded.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}

export function writeManifest(digests: ReadonlyMap<string, Digests>, algorithm: Algorithm): Uint8Array {
  const paths = inCodePointOrder(digests.keys());
  return Buffer.from(paths.map((path) => `${digests.get(path)![algorithm]}  ${encodePath(path)}\n`).join(''));
}

/** Path and hex digest in the manifest's order, or what is wrong with it. */
export function readManifest(
  bytes: Uint8Array,
  algorithm: Algorithm,
): Map<string, string> | { problem: string } {
  const text = exactText(bytes);
  if (text === null) return { problem: 'is no UTF-8 text' };
  if (text !== '' && !text.endsWith('\n')) return { problem: 'does not end in a line end' };
  const hexLength = algorithm === 'sha256' ? 64 : 128;
  const linePattern = new RegExp(`^([0-9a-f]{${hexLength}}) {2}([^\\r]+)$`);
  const entries = new Map<string, string>();
  let previous: Buffer | null = null;
  for (const [number, line] of text.split('\n').slice(0, -1).entries()) {
    const [, hex, encoded] = linePattern.exec(line) ?? [];
    const at = (problem: string) => ({ problem: `line ${number + 1} ${problem}` });
    if (hex === undefined || encoded === undefined)
      return at(`is not a ${algorithm} digest, two spaces and a path`);
    const path = decodePath(encoded);
    const unsafe = pathProblem(path);
    if (unsafe !== null) return at(`names a path that ${unsafe}`);
    if (encodePath(path) !== encoded) return at('has a % that stands for no LF, CR or %');
    const order = Buffer.from(path);
    if (previous !== null && Buffer.compare(previous, order) >= 0)
      return at('is out of order or a repetition');
    previous = order;
    entries.set(path, hex);
  }
  return entries;
}

/** The text of UTF-8 bytes; null for others. A byte order mark stays in the text, so that it is no part unseen. */
export function exactText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function inCodePointOrder(paths: Iterable<string>): string[] {
  return [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
