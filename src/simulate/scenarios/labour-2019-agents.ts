/** Browsers of autumn 2019 by popularity. The JA4 values have the real form; the hashes are invented. */
import type { Agent } from '../scenario.ts';

/** The fingerprint of the HTTP library that the canvassers' app uses, and one attack tool too. */
export const libraryJa4 = 't13d1312h2_f57a46bbacb6_e7c285222651';
/** The fingerprint of the most popular browser engine, which the other attack tool imitates. */
export const popularJa4 = 't13d1516h2_8daaf6152771_e5627efa2ab1';

const foxJa4 = 't13d1715h2_5b57614c22b0_3d5424432f57';
const safariPhoneJa4 = 't13d2613h2_2802a3db6c62_845d286b0d67';
const safariDeskJa4 = 't13d2014h2_a09f3c656075_14788d8d241b';
const edgeHtmlJa4 = 't12d1909h2_d83cc789557e_7af1ed941c26';
const webViewJa4 = 't13d1517h2_8daaf6152771_b0da82dd1658';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const chrome = (platform: string, version: string, mobile = '') =>
  `Mozilla/5.0 (${platform}) ${webkit} Chrome/${version}${mobile} Safari/537.36`;
const phone = (system: string, version: string) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${system} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${version}`;
const fox = (platform: string, version: string) =>
  `Mozilla/5.0 (${platform}; rv:${version}) Gecko/20100101 Firefox/${version}`;

const windows = 'Windows NT 10.0; Win64; x64';
const mac = 'Macintosh; Intel Mac OS X 10_15_1';

export const labour2019Agents: Agent[] = [
  { userAgent: chrome(windows, '78.0.3904.97'), ja4: popularJa4, device: 'desktop', weight: 15 },
  { userAgent: chrome(windows, '78.0.3904.87'), ja4: popularJa4, device: 'desktop', weight: 7 },
  { userAgent: chrome(windows, '77.0.3865.120'), ja4: popularJa4, device: 'desktop', weight: 3 },
  {
    userAgent: chrome('Windows NT 6.1; Win64; x64', '78.0.3904.97'),
    ja4: popularJa4,
    device: 'desktop',
    weight: 4,
  },
  { userAgent: chrome(mac, '78.0.3904.97'), ja4: popularJa4, device: 'desktop', weight: 5 },
  { userAgent: chrome('X11; Linux x86_64', '78.0.3904.97'), ja4: popularJa4, device: 'desktop', weight: 1.5 },
  {
    userAgent: chrome('Linux; Android 9; SM-G960F', '78.0.3904.96', ' Mobile'),
    ja4: popularJa4,
    device: 'mobile',
    weight: 7,
  },
  {
    userAgent: chrome('Linux; Android 9; SM-A505F', '78.0.3904.96', ' Mobile'),
    ja4: popularJa4,
    device: 'mobile',
    weight: 6,
  },
  {
    userAgent: chrome('Linux; Android 8.0.0; SM-G930F', '78.0.3904.90', ' Mobile'),
    ja4: popularJa4,
    device: 'mobile',
    weight: 4,
  },
  {
    userAgent: chrome('Linux; Android 10; Pixel 3', '78.0.3904.96', ' Mobile'),
    ja4: popularJa4,
    device: 'mobile',
    weight: 2,
  },
  {
    userAgent: `${chrome('Linux; Android 9; SAMSUNG SM-G960F', '71.0.3578.99', ' Mobile').replace('Chrome', 'SamsungBrowser/10.1 Chrome')}`,
    ja4: popularJa4,
    device: 'mobile',
    weight: 4,
  },
  {
    userAgent: `${chrome(windows, '77.0.3865.120')} OPR/64.0.3417.92`,
    ja4: popularJa4,
    device: 'desktop',
    weight: 2,
  },
  {
    userAgent: chrome(windows, '77.0.3865.120').replace('Safari', 'YaBrowser/19.10.2.195 Yowser/2.5 Safari'),
    ja4: popularJa4,
    device: 'desktop',
    weight: 2,
  },
  {
    userAgent: phone('13_1_3', 'Version/13.0.1 Mobile/15E148 Safari/604.1'),
    ja4: safariPhoneJa4,
    device: 'mobile',
    weight: 9,
  },
  {
    userAgent: phone('13_2', 'Version/13.0.3 Mobile/15E148 Safari/604.1'),
    ja4: safariPhoneJa4,
    device: 'mobile',
    weight: 6,
  },
  {
    userAgent: phone('12_4_1', 'Version/12.1.2 Mobile/15E148 Safari/604.1'),
    ja4: safariPhoneJa4,
    device: 'mobile',
    weight: 4,
  },
  {
    userAgent:
      'Mozilla/5.0 (iPad; CPU OS 12_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1',
    ja4: safariPhoneJa4,
    device: 'tablet',
    weight: 2.5,
  },
  {
    userAgent: `Mozilla/5.0 (${mac}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0.3 Safari/605.1.15`,
    ja4: safariDeskJa4,
    device: 'desktop',
    weight: 5,
  },
  { userAgent: fox(windows, '70.0'), ja4: foxJa4, device: 'desktop', weight: 5 },
  { userAgent: fox('Macintosh; Intel Mac OS X 10.15', '70.0'), ja4: foxJa4, device: 'desktop', weight: 1.5 },
  {
    userAgent: `${chrome(windows, '70.0.3538.102')} Edge/18.18362`,
    ja4: edgeHtmlJa4,
    device: 'desktop',
    weight: 3,
  },
  {
    userAgent: phone('13_1_3', 'Mobile/15E148 [FBAN/FBIOS;FBAV/246.0.0.49.121;FBDV/iPhone11,8]'),
    ja4: safariPhoneJa4,
    device: 'mobile',
    weight: 3,
    inApp: true,
  },
  {
    userAgent: `${chrome('Linux; Android 9; SM-G960F; wv', '78.0.3904.96', ' Mobile')} [FB_IAB/FB4A;FBAV/246.0.0.49.121;]`,
    ja4: webViewJa4,
    device: 'mobile',
    weight: 3,
    inApp: true,
  },
];
