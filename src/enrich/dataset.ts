/** What a report says of a data set that answered for it. */
export type Dataset = {
  id: 'country' | 'asn' | 'networks' | 'cloudflare-proxies' | 'cloudfront-proxies' | 'trusted-proxies';
  name: string;
  version: string;
  /** Day that the data describe, YYYY-MM-DD; null: not stated. */
  date: string | null;
  /** SHA-256 over the source files, in order of their names. */
  sha256: string;
  licence: string;
  attribution: string;
  synthetic: boolean;
};
