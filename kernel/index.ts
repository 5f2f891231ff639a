/**
 * What Ascribe does with every byte of a log, compiled to WebAssembly: it cuts records into cells, finds each text of a
 * column among those that it has, and packs numbers. In AssemblyScript (assemblyscript.org); `npm run kernel` compiles it to
 * src/lake/kernel-binary.ts, and src/lake/kernel.ts calls it.
 */
export { cut } from './batch';
export { putKeys, putTargets, putWords } from './columns';
export { pack, putBounds, putDeltas, putDictionary } from './encodings';
export { addKey, createKeys } from './json';
export { allocate } from './memory';
export { putNumbers } from './numbers';
export { putSnappy } from './snappy';
export { clearWords, createWords, findExtremes, numberOf } from './words';
