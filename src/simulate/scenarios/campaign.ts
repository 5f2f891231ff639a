/** The campaign platform of labour-2019 on other days, with other things that happen to it. */
import type { Scenario, VisitorGroup } from '../scenario.ts';
import { labour2019 } from './labour-2019.ts';

export const www = 'www.campaign.example';
export const events = 'events.campaign.example';
export const donate = 'donate.campaign.example';

type Happening = Pick<Scenario, 'id' | 'title'> &
  Partial<Omit<Scenario, 'attack' | 'defence'>> & {
    attack?: Partial<Scenario['attack']>;
    defence?: Partial<Scenario['defence']>;
  };

/** Two days, 14 and 15 November 2019, on which nothing happens but what is said. */
export function campaign({ title, attack, defence, ...happening }: Happening): Scenario {
  return {
    ...labour2019,
    period: { from: '2019-11-14T00:00:00Z', until: '2019-11-16T00:00:00Z' },
    note: 'Simulated. Every address, network, person, request and figure is invented.',
    crowds: [],
    ...happening,
    title: `${title} (synthetic)`,
    attack: { ...labour2019.attack, waves: [], ...attack },
    defence: { ...labour2019.defence, ...defence },
  };
}

/** So many times the usual visitors. */
export function visitorsTimes(share: number): VisitorGroup[] {
  return labour2019.visitors.map((group) => ({ ...group, people: Math.ceil(group.people * share) }));
}
