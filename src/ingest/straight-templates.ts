import type { Kernel, Place } from '../lake/kernel.ts';
import { NULL_WORD } from '../lake/words.ts';
import { MOST_GROWTH, putPathTemplate, putQueryTemplate } from './request-templates.ts';
import { KernelRows, type Output, type WordRows } from './row-column.ts';

/** The templates of a group of rows, each made once of each text. */
export class StraightTemplates {
  readonly paths: KernelRows;
  readonly queries: KernelRows;
  readonly #kernel: Kernel;
  #scratch: { place: Place; bytes: Uint8Array } = { place: 0, bytes: new Uint8Array() };

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.paths = new KernelRows(kernel);
    this.queries = new KernelRows(kernel);
  }

  /** Takes the rows of a group, of which path and query are there. */
  fill(output: (name: string) => Output, rows: number): void {
    this.#template(this.paths, { of: wordsOf(output('path')), put: putPathTemplate, rows });
    this.#template(this.queries, { of: wordsOf(output('query')), put: putQueryTemplate, rows });
  }

  #template(
    { words, places }: KernelRows,
    { of, put, rows }: { of: WordRows; put: typeof putPathTemplate; rows: number },
  ): void {
    words.clear();
    const made = new Int32Array(of.words.count + 1).fill(UNMADE);
    made[NULL_WORD] = NULL_WORD;
    for (let row = 0; row < rows; row += 1) {
      const text = of.places[row]!;
      if (made[text] === UNMADE) {
        const span = { bytes: of.words.bytes, start: of.words.startOf(text), end: of.words.endOf(text) };
        const { place, bytes } = this.#scratchOf((span.end - span.start) * MOST_GROWTH);
        made[text] = words.numberOf(place, put(span, bytes));
      }
      places[row] = made[text]!;
    }
  }

  #scratchOf(length: number): { place: Place; bytes: Uint8Array } {
    if (this.#scratch.bytes.length < length) {
      const room = Math.max(length * 2, LEAST_SCRATCH);
      const place = this.#kernel.calls.allocate(room);
      this.#scratch = { place, bytes: this.#kernel.bytesAt(place, room) };
    }
    return this.#scratch;
  }
}

const UNMADE = -1;
const LEAST_SCRATCH = 1 << 12;

/** Path and query are parts of a request's target, which each row has of its own in every straight format. */
function wordsOf(output: Output): WordRows {
  if (output.kind !== 'words') throw new Error(`a template is made of words, and here are ${output.kind}`);
  return output.rows;
}
