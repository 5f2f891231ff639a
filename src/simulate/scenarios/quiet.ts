/** Days on which nothing happens. */
import type { Scenario } from '../scenario.ts';
import { campaign, visitorsTimes } from './campaign.ts';
import { supportersCase } from './exports.ts';

export const quietScenarios: Scenario[] = [
  campaign({ id: 'quiet-weekdays', title: 'Two weekdays without any attack' }),
  campaign({
    id: 'quiet-weekend',
    title: 'A weekend without any attack, with visitorsTimes visitors',
    period: { from: '2019-11-16T00:00:00Z', until: '2019-11-18T00:00:00Z' },
    visitors: visitorsTimes(0.55),
  }),
  campaign({
    id: 'quiet-small-site',
    title: 'Two days without any attack on a site with few visitors',
    visitors: visitorsTimes(0.06),
  }),
  campaign({
    id: 'clock-change',
    title: 'Ten days without any attack, over the night in which the clocks of Europe go back',
    period: { from: '2019-10-19T00:00:00Z', until: '2019-10-29T00:00:00Z' },
    visitors: visitorsTimes(0.4),
    summerUntil: '2019-10-27T01:00:00Z',
    caseFile: supportersCase,
  }),
];
