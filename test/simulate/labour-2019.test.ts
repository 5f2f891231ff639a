/** Two sets of cases over one generation: making the logs takes longer than judging them. */
import { before, describe } from 'node:test';
import { agreement } from './agreement.cases.ts';
import { type Generated, generate } from './generated.ts';
import { singleField } from './single-field.cases.ts';

describe('labour-2019', () => {
  let generated: Generated;
  before(async () => {
    generated = await generate();
  });
  agreement(() => generated);
  singleField(() => generated);
});
