/** Floods of which not every log was kept, or not every object arrived. */
import type { Scenario } from '../scenario.ts';
import { campaign } from './campaign.ts';
import { supportersCase } from './exports.ts';
import { wave } from './waves.ts';

const AFTERNOON = ['2019-11-15T14:10:00Z', '2019-11-15T14:50:00Z'] as const;

export const deliveryScenarios: Scenario[] = [
  campaign({
    id: 'origin-behind-cdn',
    title: 'A flood that a content delivery network passes on, of which the origin alone kept its log',
    logs: ['origin'],
    attack: { waves: [wave(...AFTERNOON)] },
    defence: { stoppedBefore: 0.1, stoppedAfter: 0.4 },
  }),
  campaign({
    id: 'gaps-and-repeats',
    title: 'A flood in a log of which an hour never arrived, and some batches twice',
    logs: ['edge'],
    attack: { waves: [wave(...AFTERNOON)] },
    caseFile: supportersCase,
    delivery: {
      missing: [{ from: '2019-11-15T10:00:00Z', until: '2019-11-15T11:00:00Z' }],
      repeated: [
        { from: '2019-11-14T17:30:00Z', until: '2019-11-14T17:40:00Z', as: 'same' },
        { from: '2019-11-14T19:15:00Z', until: '2019-11-14T19:35:00Z', as: 'cut anew' },
        { from: '2019-11-15T14:20:00Z', until: '2019-11-15T14:30:00Z', as: 'cut anew' },
        { from: '2019-11-15T14:40:00Z', until: '2019-11-15T14:45:00Z', as: 'same' },
      ],
    },
  }),
];
