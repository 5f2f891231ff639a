/**
 * Why a name can't be a member's, or null. Nothing is written under such a name, but it stands in records of custody,
 * and whoever unpacks the evidence by it must not be led out of his folder.
 */
export function unsafeName(name: string): string | null {
  if (name === '') return 'has no name';
  if (name.includes('\0')) return 'has a NUL in its name';
  if (name.includes('\\')) return 'has a backslash in its name';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'has an absolute path';
  if (name.split('/').includes('..')) return 'has a path that leads out of the archive';
  return null;
}

/** A member's name as people can be shown it. */
export function shownName(name: string): string {
  return name.replace(
    /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
