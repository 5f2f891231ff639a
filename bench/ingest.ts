/** `npm run bench`: what it takes to ingest logs, and to ask them. See docs/bench.md. */
import { benchFormats } from './formats.ts';
import { benchOptions } from './options.ts';
import { benchReport } from './report.ts';
import { benchSkipping } from './skipping.ts';
import { benchSmallObjects } from './small-objects.ts';
import { benchTenTimes } from './ten-times.ts';

const options = benchOptions(process.argv.slice(2));
switch (options.benchmark) {
  case 'formats':
    await benchFormats(options.formats, options);
    break;
  case 'ten-times':
    await benchTenTimes(options.formats[0]!, options);
    break;
  case 'small':
    await benchSmallObjects(options);
    break;
  case 'skipping':
    await benchSkipping(options);
    break;
  case 'report':
    await benchReport(options);
}
