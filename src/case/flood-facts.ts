import type { WindowFacts } from '../attribution/facts.ts';
import type { FloodWindow } from './floods-below-http.ts';

/** What the indicators read of a flood below HTTP: what only requests have is empty or unknown. */
export function floodFacts({ window, rise, found }: FloodWindow): WindowFacts {
  const spoke = rise.tests.filter(({ result }) => result === 'attack').length;
  return {
    id: window.id,
    surface: window.surface,
    kind: window.kind,
    techniques: window.techniques,
    start: found.start,
    end: found.end,
    requests: window.requests,
    peakPerMinute: window.peak_per_minute,
    sources: window.sources,
    mitigated: window.mitigated,
    actionKnown: window.mitigated === null ? 0 : window.requests,
    attackTests: spoke,
    benignTests: rise.tests.filter(({ result }) => result === 'benign').length,
    testsById: Object.fromEntries(rise.tests.map((test) => [test.id, test])),
    templates: 0,
    tokenRequests: 0,
    fingerprints: [],
    salient: { attack: 0, usual: 0, usualTotal: 0 },
    pingbacks: 0,
    logins: { attempts: 0, failed: 0 },
    networkTypes: null,
    anonymised: null,
    verifiedBots: null,
  };
}
