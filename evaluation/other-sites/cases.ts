/** What happens on the other sites. Each is half a day or more, and what a report should say of it is in `windows` and `rises`. */
import { appCases } from './app.ts';
import { charityCases } from './charity.ts';
import type { LogFormat } from './logs.ts';
import { shopCases } from './shop.ts';
import { addApp, addUsual, createSite, type Site } from './site.ts';

export type OtherCase = {
  format: LogFormat;
  hours: number;
  perMinute: number;
  /** Kinds of the attack's windows, by wave. */
  windows?: ('http-flood' | 'credential-stuffing')[];
  /** Growth that is no attack: it may be told, whatever it is called. */
  rises?: { from: number; until: number }[];
  app?: boolean;
  happen(site: Site, context: { fingerprints: Map<string, string>; agents: string[] }): void;
};

export const otherCases: Record<string, OtherCase> = { ...shopCases, ...appCases, ...charityCases };

export function siteOf(id: string, seed: number): { site: Site; fingerprints: Map<string, string> } {
  const { hours, perMinute, app, happen } = otherCases[id]!;
  const site = createSite(id, { seed, hours, perMinute });
  const agents = app ? addApp(site, perMinute) : [];
  if (!app) addUsual(site, perMinute);
  const fingerprints = new Map<string, string>();
  happen(site, { fingerprints, agents });
  return { site, fingerprints };
}
