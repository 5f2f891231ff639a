import { type IndicatorRule, MALICIOUS, outOf, sumOf } from './indicator.ts';

/** Indicators of the tool and its traffic: what was sent, and how. */
export const toolIndicators: readonly IndicatorRule[] = [
  {
    id: 'I06',
    name: 'WordPress pingback reflection',
    strength: 3,
    group: 'vector',
    caveat: 'The address that asked for a pingback can be a proxy; genuine pingbacks exist.',
    reference: 'Sucuri 2014; WordPress 3.9 and newer name the requester',
    query: 'indicators/pingbacks',
    read({ windows }) {
      const pingbacks = sumOf(windows, (window) => window.pingbacks);
      const requests = sumOf(windows, (window) => window.requests);
      return {
        observation: `${outOf(pingbacks, requests)} requests of the windows carry the agent of a WordPress pingback, against the attack requests.`,
        cells: pingbacks * 10 > requests ? { ...MALICIOUS, H1: 'CC' } : {},
      };
    },
  },
  {
    id: 'I11',
    name: 'Homogeneous client fingerprints',
    strength: 3,
    group: 'tool',
    caveat: 'Corporate proxies share a fingerprint too; the library is no person.',
    reference: 'JA4 (FoxIO); standards 2.3',
    query: 'technique/source-signatures',
    read({ windows }) {
      const fingerprints = windows.flatMap((window) => window.fingerprints);
      if (fingerprints.length === 0) return 'the log has no TLS fingerprint';
      const total = fingerprints.reduce((sum, { requests }) => sum + requests, 0);
      const largest = fingerprints.reduce((best, each) => (each.requests > best.requests ? each : best));
      const forged = windows.some((window) => window.testsById['forged-agents']?.result === 'attack');
      return {
        observation: `The largest fingerprint of a window sent ${outOf(largest.requests, total)} of the attack requests under ${largest.agents} agents${forged ? '; agents were paired with fingerprints that they never had before' : ''}.`,
        cells: forged || largest.requests * 2 > total ? MALICIOUS : {},
      };
    },
  },
  {
    id: 'I12',
    name: 'Request template of a flooding tool',
    strength: 2,
    group: 'tool',
    caveat: 'Tools are copied, and defenders publish their templates.',
    reference: 'NETSCOUT on NoName057(16); Swiss NCSC, June 2023',
    query: 'technique/signatures',
    read({ windows }) {
      const templates = Math.max(...windows.map((window) => window.templates));
      const tokens = sumOf(windows, (window) => window.tokenRequests);
      const requests = sumOf(windows, (window) => window.requests);
      const tool = templates <= 20 && tokens * 10 >= requests * 3;
      return {
        observation: `At most ${templates} request templates a window; ${outOf(tokens, requests)} attack requests carry a random token.`,
        cells: tool ? { H0: 'II', H1: 'C', H2: 'C', H3: 'C', H4: 'C', H5: 'N', H9: 'C' } : {},
      };
    },
  },
  {
    id: 'I14',
    name: 'Size against what can be hired',
    strength: 1,
    group: 'size',
    caveat: 'The size seen is not the size sent; record sizes came from hired botnets too.',
    reference: 'Hodges, Cranfield, 2019; Cloudflare DDoS reports',
    query: 'technique/signature-minutes',
    read({ windows }) {
      const peak = Math.max(...windows.map((window) => window.peakPerMinute));
      const longest = Math.max(...windows.map((window) => window.end - window.start)) / 60_000;
      const small = peak < 600_000 && longest < 180;
      return {
        observation: `The peak was ${peak.toLocaleString('en-GB')} requests a minute (${Math.round(peak / 60).toLocaleString('en-GB')} a second), the longest window ${Math.round(longest)} minutes: ${small ? 'within what is for hire' : 'more than the cheapest offers'}.`,
        cells: small ? { H1: 'C', H3: 'C' } : {},
      };
    },
  },
  {
    id: 'I15',
    name: 'Durations sold by booters',
    strength: 2,
    group: 'timing',
    caveat: 'A defence that cuts the tail voids it; seven slots make a hit by chance.',
    reference: 'Karami, Park and McCoy, WWW 2016',
    query: 'technique/source-signatures',
    read({ windows }) {
      const slots = [60, 120, 300, 600, 1200, 1800, 3600];
      const seconds = windows.map((window) => Math.round((window.end - window.start) / 1000));
      const hits = seconds.filter((duration) => slots.some((slot) => Math.abs(slot - duration) <= 5)).length;
      return {
        observation: `The windows lasted ${seconds.map((duration) => `${duration.toLocaleString('en-GB')} s`).join(' and ')}; ${hits} of ${seconds.length} within 5 s of a slot that booters sell.`,
        cells: hits === seconds.length && hits > 1 ? { H1: 'CC' } : {},
      };
    },
  },
  {
    id: 'I16',
    name: 'Number of vectors',
    strength: 1,
    group: 'vector',
    caveat: 'Booters offer several vectors too.',
    reference: 'Cloudflare and NETSCOUT reports',
    query: 'technique/signatures',
    surfaces: ['http', 'network', 'dns'],
    read({ windows }) {
      const kinds = [...new Set(windows.map((window) => window.kind))];
      return {
        observation: `${kinds.length} kind of vector in ${windows.length} window${windows.length === 1 ? '' : 's'}: ${kinds.join(', ')}.`,
        cells: kinds.length === 1 ? {} : { H2: 'C', H4: 'C', H5: 'C' },
      };
    },
  },
  {
    id: 'I28',
    name: 'Synchronised start',
    strength: 3,
    group: 'onset',
    caveat: 'A television mention or a push message is a step too.',
    reference: 'Jung, Krishnamurthy and Rabinovich, WWW 2002',
    query: 'technique/source-signatures',
    read({ windows }) {
      const tests = windows.map((window) => window.testsById.onset).filter((test) => test !== undefined);
      if (tests.every((test) => test.result === 'not-computable')) return 'the log gives no client address';
      return {
        observation: tests.map((test, index) => `${windows[index]!.id}: ${test.observation}`).join('; '),
        cells: tests.some((test) => test.result === 'attack') ? MALICIOUS : {},
      };
    },
  },
  {
    id: 'I30',
    name: 'Log-in attempts with the flood',
    strength: 2,
    group: 'vector',
    caveat: 'A password-reset mailing raises log-ins too; a site that answers 200 to a failure hides it.',
    reference: 'ATT&CK T1110.004',
    query: 'indicators/login-attempts',
    read({ windows }) {
      const attempts = sumOf(windows, (window) => window.logins.attempts);
      const failed = sumOf(windows, (window) => window.logins.failed);
      const stuffing = attempts >= 1000 && failed * 10 >= attempts * 9;
      return {
        observation: `${outOf(failed, attempts)} log-in attempts failed in the windows.`,
        cells: stuffing ? { H0: 'II', H2: 'CC', H3: 'I', H4: 'I' } : {},
      };
    },
  },
];
