/** Log lines by hand: reserved addresses, example domains, account 123456789012. */

type ApacheLine = Partial<
  Record<'ip' | 'time' | 'request' | 'status' | 'bytes' | 'referrer' | 'agent' | 'prefix', string>
>;

export function apacheLine(line: ApacheLine = {}): string {
  const { ip = '192.0.2.1', time = '11/Nov/2019:15:42:00 +0000', request = 'GET / HTTP/1.1' } = line;
  const { status = '200', bytes = '512', referrer = '-', agent = 'Mozilla/5.0', prefix = '' } = line;
  return `${prefix}${ip} - - [${time}] "${request}" ${status} ${bytes} "${referrer}" "${agent}"`;
}

type AlbLine = Partial<
  Record<
    | 'type'
    | 'time'
    | 'elb'
    | 'client'
    | 'target'
    | 'waits'
    | 'elbStatus'
    | 'targetStatus'
    | 'received'
    | 'sent'
    | 'request'
    | 'agent'
    | 'domain'
    | 'trace'
    | 'actions',
    string
  >
>;

export function albLine(line: AlbLine = {}): string {
  const { type = 'https', time = '2019-11-11T15:42:00.186641Z', elb = 'app/www/50dc6c495c0c9188' } = line;
  const { client = '192.0.2.1:2817', target = '10.0.0.1:80', waits = '0.086 0.048 0.037' } = line;
  const { elbStatus = '200', targetStatus = '200', received = '34', sent = '366' } = line;
  const { request = 'GET https://www.example.com:443/ HTTP/1.1', agent = 'Mozilla/5.0' } = line;
  const {
    domain = 'www.example.com',
    trace = 'Root=1-58337262-36d228ad5d99923122bbe354',
    actions = 'forward',
  } = line;
  return (
    `${type} ${time} ${elb} ${client} ${target} ${waits} ${elbStatus} ${targetStatus} ${received} ${sent} "${request}" ` +
    `"${agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/t/73e2 ` +
    `"${trace}" "${domain}" "arn:aws:acm:us-east-2:123456789012:certificate/c" 0 2019-11-11T15:41:59.364000Z "${actions}" "-" "-" ` +
    '"10.0.0.1:80" "200" "-" "-"'
  );
}

/** A record of Cloudflare with the given fields over a plain one; undefined leaves a field out. */
export function cloudflareLine(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    ZoneName: 'example.com',
    RayID: '4f1a2b3c4d5e6f70',
    EdgeStartTimestamp: '2019-11-11T15:42:00Z',
    ClientIP: '192.0.2.1',
    ClientSrcPort: 40000,
    ClientCountry: 'gb',
    ClientASN: 64496,
    ClientRequestHost: 'www.example.com',
    ClientRequestMethod: 'GET',
    ClientRequestScheme: 'https',
    ClientRequestURI: '/',
    ClientRequestProtocol: 'HTTP/2',
    ClientRequestUserAgent: 'Mozilla/5.0',
    EdgeResponseStatus: 200,
    EdgeResponseBytes: 1000,
    OriginResponseStatus: 200,
    CacheCacheStatus: 'miss',
    ...fields,
  });
}
