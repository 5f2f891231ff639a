/** The campaign platform on a day on which its requests and the flows of its network are both logged. */
import type { MixedScenario } from '../mixed-scenario.ts';
import { campaign, visitorsTimes } from './campaign.ts';
import { flowScenarios } from './flows.ts';
import { labour2019 } from './labour-2019.ts';

const period = { from: '2019-11-14T00:00:00Z', until: '2019-11-15T00:00:00Z' };
const quiet = flowScenarios.find(({ id }) => id === 'flows-quiet')!;
const id = 'mixed-surfaces';
const title = 'An HTTP flood in the first hour of the logs, and a SYN flood past the edge at noon';

const requests = campaign({
  ...{ id, title, period },
  visitors: visitorsTimes(0.5),
  attack: {
    waves: [
      {
        ...labour2019.attack.waves[0]!,
        ...{ from: '2019-11-14T00:21:10Z', until: '2019-11-14T00:49:30Z' },
        ...{ bots: 900, requests: 30_000, rampSeconds: 60, reactionSeconds: 120 },
      },
    ],
  },
});

const flows: MixedScenario['flows'] = {
  ...quiet,
  id,
  title: requests.title,
  period,
  usual: {
    ...quiet.usual,
    // The web stands behind the edge, which alone opens connections to it, and more of them in a flood.
    visitors: [{ network: 'cdn', count: 60 }],
    rush: {
      ...{ from: '2019-11-14T00:21:10Z', until: '2019-11-14T00:49:30Z' },
      rampSeconds: 60,
      visits: 160,
    },
  },
  waves: [
    {
      ...{ kind: 'syn-flood', from: '2019-11-14T12:08:25Z', until: '2019-11-14T12:29:05Z', rampSeconds: 10 },
      ...{ target: '10.20.1.12', port: 443, flows: 1_500, answeredShare: 0.4 },
    },
  ],
};

export const mixedScenarios: MixedScenario[] = [
  {
    ...{ id, title: requests.title, note: requests.note, synthetic: true, period, surface: 'mixed' },
    networks: labour2019.networks,
    networksVersion: labour2019.networksVersion,
    ...{ requests, flows, waves: [...requests.attack.waves, ...flows.waves] },
  },
];
