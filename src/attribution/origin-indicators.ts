import { type IndicatorRule, MALICIOUS, outOf, sumOf } from './indicator.ts';

/** Indicators of where the traffic came from, whom it struck, and what is benign. No country is among them. */
export const originIndicators: readonly IndicatorRule[] = [
  {
    id: 'I01',
    name: 'Network types of the sources',
    strength: 1,
    group: 'source set',
    caveat: 'Residential proxies look residential, and the tables of types err.',
    reference: 'Antonakakis et al., USENIX Security 2017; NETSCOUT on NoName057(16)',
    query: 'origin/sources',
    read({ windows }) {
      const types: Record<string, number> = {};
      for (const window of windows)
        for (const [type, requests] of Object.entries(window.networkTypes ?? {}))
          types[type] = (types[type] ?? 0) + requests;
      const total = Object.values(types).reduce((sum, requests) => sum + requests, 0);
      if (total === 0) return 'no data set gives the types of these networks: --networks adds them';
      const hosting = types.hosting ?? 0;
      const access = (types.access ?? 0) + (types.mobile ?? 0);
      return {
        observation: `Access and mobile networks sent ${outOf(access, total)}, hosting ${outOf(hosting, total)} of the attack requests whose network type is known.`,
        cells: access * 2 > total ? { H1: 'C', H2: 'C' } : hosting * 2 > total ? { H2: 'C', H4: 'C' } : {},
      };
    },
  },
  {
    id: 'I02',
    name: 'Anonymisers',
    strength: 1,
    group: 'source set',
    caveat: 'Supporters use VPN and Tor too; lists are stale.',
    reference: 'SecurityScorecard on KillNet; Swiss NCSC',
    query: 'indicators/anonymisers',
    read({ windows }) {
      const known = windows.map((window) => window.anonymised).filter((each) => each !== null);
      if (known.length === 0) return 'neither the log nor a data set says which addresses are anonymisers';
      const during = known.reduce((sum, each) => sum + each.during, 0);
      const total = known.reduce((sum, each) => sum + each.total, 0);
      const usual = known[0]!;
      const factor =
        during / Math.max(total, 1) / Math.max(usual.usual / Math.max(usual.usualTotal, 1), 1e-6);
      return {
        observation: `${outOf(during, total)} requests of the windows came through Tor or a known anonymiser; usual is ${outOf(usual.usual, usual.usualTotal)}.`,
        cells: during * 100 > total && factor >= 20 ? { H0: 'II', H2: 'C', H4: 'C' } : {},
      };
    },
  },
  {
    id: 'I17',
    name: 'The same machines and tool in several windows',
    strength: 2,
    group: 'recurrence',
    caveat: 'Links windows, not persons: addresses change hands, and proxies are shared.',
    reference: 'ODNI, A Guide to Cyber Attribution, 2018',
    query: 'technique/source-signatures',
    read({ overlaps }) {
      if (overlaps.length === 0) return 'one window has nothing to be compared with';
      const told = overlaps.map(
        ({ windows, sources, union, signatures, signatureUnion }) =>
          `${windows.join(' and ')} share ${sources === null ? 'no known address' : outOf(sources, union ?? 0).concat(' addresses')} and ${outOf(signatures, signatureUnion)} signatures`,
      );
      return {
        observation: `${told.join('; ')}.`,
        cells: overlaps.some((each) => each.signatures * 2 > each.signatureUnion) ? { H0: 'I' } : {},
      };
    },
  },
  {
    id: 'I19',
    name: 'Choice of target within the estate',
    strength: 1,
    group: 'target',
    caveat: 'Search and log-in are also the costly pages.',
    reference: 'Nazario 2009',
    query: 'technique/source-signatures',
    read({ windows }) {
      const attack = sumOf(windows, (window) => window.salient.attack);
      const requests = sumOf(windows, (window) => window.requests);
      const { usual, usualTotal } = windows[0]!.salient;
      return {
        observation: `${outOf(attack, requests)} attack requests asked for pages of donating, joining, events or logging in; usual is ${outOf(usual, usualTotal)}.`,
        cells:
          attack * usualTotal > 2 * usual * requests && attack * 2 > requests ? { H3: 'C', H4: 'C' } : {},
      };
    },
  },
  {
    id: 'I27',
    name: 'Persistence',
    strength: 1,
    group: 'timing',
    caveat: 'Only the time that the logs cover is seen.',
    reference: 'NETSCOUT on NoName057(16)',
    query: 'detection/minutes',
    surfaces: ['http', 'network', 'dns'],
    read({ windows, historyDays }) {
      const days = new Set(windows.map((window) => Math.floor(window.start / 86_400_000))).size;
      const minutes = Math.round(sumOf(windows, (window) => window.end - window.start) / 60_000);
      return {
        observation: `${windows.length} window${windows.length === 1 ? '' : 's'} on ${days} day${days === 1 ? '' : 's'}, ${minutes} minutes in all, in ${historyDays.toFixed(1)} days of logs.`,
        cells: days <= 2 && minutes < 180 ? { H1: 'C' } : { H3: 'C', H4: 'C', H5: 'C' },
      };
    },
  },
  {
    id: 'I32',
    name: 'Traffic straight to the origin',
    strength: 2,
    group: 'reconnaissance',
    caveat: 'Background scanning and old DNS records reach origins too.',
    reference: 'ATT&CK T1590',
    query: 'indicators/direct-to-origin',
    read({ directToOrigin }) {
      if (directToOrigin === null) return 'no log behind a proxy was given';
      const { sources, requests } = directToOrigin;
      return {
        observation: `${requests.toLocaleString('en-GB')} requests of ${sources.toLocaleString('en-GB')} addresses reached the balancer or origin without the proxy.`,
        cells: sources >= 50 ? { H1: 'I', H4: 'C', H5: 'C' } : {},
      };
    },
  },
  {
    id: 'I33',
    name: 'Profile of a flash crowd',
    strength: 3,
    group: 'crowd',
    caveat: 'Attackers imitate crowds, and election traffic comes in bursts.',
    reference: 'Jung, Krishnamurthy and Rabinovich, WWW 2002',
    query: 'technique/source-signatures',
    read({ windows }) {
      const told = windows.map(
        (window) =>
          `${window.id}: ${window.attackTests} tests speak for an attack, ${window.benignTests} for a crowd`,
      );
      const attack = windows.every((window) => window.attackTests > window.benignTests);
      return { observation: `${told.join('; ')}.`, cells: attack ? MALICIOUS : { H0: 'C' } };
    },
  },
  {
    id: 'I34',
    name: 'Verified bots and monitors',
    strength: 3,
    group: 'crowd',
    caveat: 'An agent alone verifies nothing.',
    reference: 'Cloudflare, VerifiedBotCategory',
    query: 'indicators/verified-bots',
    read({ windows }) {
      const known = windows.filter((window) => window.verifiedBots !== null);
      if (known.length === 0) return 'the log does not say which bots are verified';
      const growth = sumOf(known, (window) =>
        Math.max(0, window.verifiedBots!.during - window.verifiedBots!.before),
      );
      const requests = sumOf(known, (window) => window.requests);
      return {
        observation: `Requests of verified bots grew by ${growth.toLocaleString('en-GB')}, against ${requests.toLocaleString('en-GB')} attack requests.`,
        cells: growth * 2 > requests ? { H0: 'CC' } : { H0: 'I' },
      };
    },
  },
];
