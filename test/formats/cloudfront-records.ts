/** Records of CloudFront by hand: the fields of its documentation, in their order. */
export const NAMES =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query ' +
  'cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ' +
  'ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte ' +
  'x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end';
export const HEADER = `#Version: 1.0\n#Fields: ${NAMES}\n`;

/** A plain record, by name. */
export const PLAIN: Record<string, string> = {
  date: '2019-11-11',
  time: '15:42:00',
  'x-edge-location': 'LHR50-C1',
  'sc-bytes': '1024',
  'c-ip': '192.0.2.10',
  'cs-method': 'GET',
  'cs(Host)': 'd111111abcdef8.cloudfront.net',
  'cs-uri-stem': '/shop/item',
  'sc-status': '200',
  'cs(Referer)': 'https://www.example.com/',
  'cs(User-Agent)': 'Mozilla/5.0%20(X11;%20Linux)',
  'cs-uri-query': 'id=7&q=a%2520b',
  'cs(Cookie)': '-',
  'x-edge-result-type': 'Miss',
  'x-edge-request-id': 'SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==',
  'x-host-header': 'www.example.com',
  'cs-protocol': 'https',
  'cs-bytes': '337',
  'time-taken': '0.394',
  'x-forwarded-for': '-',
  'ssl-protocol': 'TLSv1.3',
  'ssl-cipher': 'TLS_AES_128_GCM_SHA256',
  'x-edge-response-result-type': 'Miss',
  'cs-protocol-version': 'HTTP/2.0',
  'fle-status': '-',
  'fle-encrypted-fields': '-',
  'c-port': '51754',
  'time-to-first-byte': '0.390',
  'x-edge-detailed-result-type': 'Miss',
  'sc-content-type': 'text/html',
  'sc-content-len': '900',
  'sc-range-start': '-',
  'sc-range-end': '-',
};

/** The plain record with some of its fields replaced, and the columns of `names` alone. */
export const recordOf = (
  fields: Record<string, string> = {},
  names: readonly string[] = NAMES.split(' '),
): string => names.map((name) => ({ ...PLAIN, ...fields })[name] ?? '-').join('\t');
