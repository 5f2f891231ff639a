/** The bundle of the ingest for each processor of Lambda: the same JavaScript, and a native module of that machine. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { bundle } from '../../infra/bundle.ts';
import { type Architecture, nativePackageName } from '../../infra/native-package.ts';

/** e_machine of the ELF header: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINES: Record<Architecture, number> = { arm64: 183, x64: 62 };

function machineOf(file: string): number {
  const bytes = readFileSync(file);
  assert.deepEqual([...bytes.subarray(0, 6)], [0x7f, 0x45, 0x4c, 0x46, 2, 1], `${file} is a 64-bit ELF`);
  return bytes.readUInt16LE(18);
}

describe('The bundle of the ingest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-architectures-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const code: Buffer[] = [];

  for (const architecture of ['arm64', 'x64'] as const) {
    test(`for ${architecture} carries native modules of that processor`, () => {
      const place = join(folder, architecture);
      bundle('ingest', place, { architecture, networksFile: '' });
      const native = join(place, 'node_modules', nativePackageName(architecture));
      const modules = readdirSync(native).filter((name) => /\.(node|so)$/.test(name));
      assert.ok(modules.length >= 2, modules.join(', '));
      for (const name of modules) assert.equal(machineOf(join(native, name)), MACHINES[architecture], name);
      code.push(readFileSync(join(place, 'index.mjs')));
    });
  }

  test('is the same JavaScript for both', () => {
    assert.equal(code.length, 2);
    assert.ok(code[0]!.equals(code[1]!));
  });
});
