/**
 * What producers of logs lay beside their logs. Such an object is no log and nothing is wrong with it: custody keeps
 * it as `not-a-log`, and nobody is called. Name and content must agree, since a name alone proves nothing.
 */
type Housekeeping = { what: string; name: RegExp; content: RegExp };

const KNOWN: readonly Housekeeping[] = [
  {
    // Elastic Load Balancing writes it when access logs are turned on.
    what: 'the test file of Elastic Load Balancing',
    name: /(^|\/)ELBAccessLogTestFile$/,
    content: /^Enable AccessLog for ELB: /,
  },
  {
    // A JSON Web Token: developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge
    what: 'the ownership challenge of Cloudflare Logpush',
    name: /(^|\/)ownership-challenge[^/]*\.txt$/,
    content: /^[\w-]+\.[\w-]+\.[\w-]+\s*$/,
  },
  {
    // Sent once, packed, when a job is made.
    what: 'the test upload of Cloudflare Logpush',
    name: /(^|\/)[^/]*test[^/]*\.(txt|log)(\.gz)?$/,
    content: /^\{\s*"content"\s*:\s*"tests?"\s*\}\s*$/,
  },
  {
    // Signed lists of log files: docs.aws.amazon.com/awscloudtrail, digest file structure.
    what: 'a digest file of CloudTrail',
    name: /(^|\/)AWSLogs\/.*\/CloudTrail-Digest\/.*\.json(\.gz)?$/,
    content: /^\s*\{[\s\S]*"digestStartTime"\s*:/,
  },
];

/** What an object is, where it is the housekeeping of a producer; null for anything else. */
export function housekeepingOf(name: string, firstRecords: readonly string[]): string | null {
  const named = KNOWN.filter((each) => each.name.test(name));
  if (named.length === 0) return null;
  const content = firstRecords.join('\n');
  return named.find((each) => each.content.test(content))?.what ?? null;
}
