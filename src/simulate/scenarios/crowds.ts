/** Growth that is no attack. */
import type { Crowd, Scenario } from '../scenario.ts';
import { campaign } from './campaign.ts';
import { labour2019 } from './labour-2019.ts';
import { labour2019Services } from './labour-2019-services.ts';

/** The debate of labour-2019 at another time, so many times as large. */
export function crowd(from: string, until: string, times: number): Crowd {
  const [debate] = labour2019.crowds as [Crowd];
  return {
    ...debate,
    from,
    until,
    peakVisitsPerMinute: debate.peakVisitsPerMinute * times,
    newcomers: Math.round(debate.newcomers * times),
  };
}

export const crowdScenarios: Scenario[] = [
  campaign({
    id: 'broadcast-crowd',
    title: 'A broadcast that sends three crowds in an evening',
    crowds: [
      crowd('2019-11-14T19:30:00Z', '2019-11-14T20:10:00Z', 1.2),
      crowd('2019-11-14T21:00:00Z', '2019-11-14T21:30:00Z', 0.7),
      crowd('2019-11-15T20:00:00Z', '2019-11-15T20:35:00Z', 1),
    ],
  }),
  campaign({
    id: 'crawler-surge',
    title: 'A search engine that reads the whole site anew',
    services: labour2019Services.map((service) =>
      service.category === 'Search Engine Crawler'
        ? {
            ...service,
            burst: { from: '2019-11-15T02:10:00Z', until: '2019-11-15T03:40:00Z', secondsBetween: 0.3 },
          }
        : service,
    ),
  }),
  campaign({
    id: 'retry-storm',
    title: 'An origin that fails for some minutes, and clients of our own that ask again and again',
    app: { ...labour2019.app, users: 1_900, roundsPerUserDay: 1.4 },
    outages: [
      {
        from: '2019-11-15T18:20:00Z',
        until: '2019-11-15T18:34:00Z',
        failureShare: 0.94,
        app: { times: 12, afterSeconds: 5 },
        pages: { times: 4, afterSeconds: 3 },
      },
    ],
  }),
];
