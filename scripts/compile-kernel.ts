import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/** Pages of 64 KiB: what a kernel begins with, and what it may grow to. */
const MEMORY = { initial: 16, maximum: 32_768 };

const LINE = 100;

/** The text of src/lake/kernel-binary.ts: kernel/ as WebAssembly. Throws what the compiler has to say. */
export async function compileKernel(): Promise<string> {
  let binary: Uint8Array | null = null;
  const { error, stderr } = await asc.main(
    [
      'kernel/index.ts',
      ...['--outFile', 'kernel.wasm', '--runtime', 'stub', '-O3', '--converge', '--noAssert'],
      ...['--enable', 'simd', '--enable', 'bulk-memory', '--enable', 'threads'],
      ...['--importMemory', '--sharedMemory'],
      ...['--initialMemory', String(MEMORY.initial), '--maximumMemory', String(MEMORY.maximum)],
      ...['--baseDir', join(import.meta.dirname, '..')],
    ],
    {
      writeFile(name: string, contents: Uint8Array | string) {
        if (name === 'kernel.wasm') binary = contents as Uint8Array;
      },
    },
  );
  if (error || !binary) throw new Error(`kernel/ does not compile:\n${stderr.toString()}`, { cause: error });
  const text = Buffer.from(binary).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g'))!.map((line) => `  '${line}',`);
  return `/** kernel/ as WebAssembly, in base64: written by \`npm run kernel\`. */
export const KERNEL = [
${lines.join('\n')}
].join('');

/** Of its memory, in pages of 64 KiB. */
export const MEMORY = { initial: ${MEMORY.initial}, maximum: ${MEMORY.maximum} };
`;
}
