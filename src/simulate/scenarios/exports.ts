/** Floods beside an export of the supporters' table, by whom it may be. */
import type { Agent, CaseFile, Errand, Scenario } from '../scenario.ts';
import { campaign, www } from './campaign.ts';
import { labour2019Agents } from './labour-2019-agents.ts';
import { wave } from './waves.ts';

const form = '/admin/login';
const table = '/admin/export/supporters.csv';

/** What the investigators are told by those who run the platform. */
export const supportersCase: CaseFile = {
  surfaces: [{ name: "Supporters' export", host: www, paths: ['/admin/*'], log: 'edge' }],
};

const [desk, , , older] = labour2019Agents as [Agent, Agent, Agent, Agent];

/** Logs in, looks, and takes so many kilobytes. */
const steps = (kilobytes: number): Errand['steps'] => [
  { afterSeconds: 0, method: 'GET', host: www, path: form, status: 401, kilobytes: 4 },
  { afterSeconds: 14, method: 'POST', host: www, path: form, status: 303, kilobytes: 1 },
  { afterSeconds: 2, method: 'GET', host: www, path: '/admin/supporters', status: 200, kilobytes: 31 },
  { afterSeconds: 40, method: 'GET', host: www, path: table, status: 200, kilobytes },
  { afterSeconds: 90, method: 'GET', host: www, path: table, status: 200, kilobytes },
];

/** A member of staff who takes the list of new supporters each morning, and at some other times. */
const staff = (at: string[]): Errand => ({
  by: 'staff',
  network: 'gb-education-1',
  agent: desk,
  at,
  steps: steps(610),
});

const MORNINGS = ['2019-11-14T09:05:00Z', '2019-11-15T09:10:00Z'];
const flood = { waves: [wave('2019-11-15T14:10:00Z', '2019-11-15T14:50:00Z')] };

export const exportScenarios: Scenario[] = [
  campaign({
    id: 'covered-export',
    title:
      'A flood, and while all look at it somebody who logs in as a member of staff and takes the supporters’ table',
    attack: flood,
    caseFile: supportersCase,
    errands: [
      staff(MORNINGS),
      {
        by: 'intruder',
        network: 'de-access-1',
        agent: older,
        at: ['2019-11-15T14:27:00Z'],
        steps: steps(41_000),
      },
    ],
  }),
  campaign({
    id: 'legitimate-export',
    title: 'A flood, and a member of staff who exports beside it as on each day',
    attack: flood,
    caseFile: supportersCase,
    errands: [staff([...MORNINGS, '2019-11-14T14:25:00Z', '2019-11-15T14:25:00Z'])],
  }),
];
