const UNASKED: readonly [RegExp, string][] = [
  [
    /^Region is missing$/,
    'no region is given: set AWS_REGION, such as eu-west-2, or a region in the profile',
  ],
  [
    /getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
    'AWS cannot be reached: check the name of the bucket, the region (AWS_REGION) and the network',
  ],
];

/** What to do about what the SDK or the network says before AWS is asked at all; null for anything else. */
export function adviceUnasked(message: string): string | null {
  return UNASKED.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
