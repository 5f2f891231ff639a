/** Events of CloudTrail by hand. */

export type Fields = Record<string, unknown>;

export const eventOf = (fields: Fields = {}): Fields => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDAJ45Q7YFFAREXAMPLE',
    arn: 'arn:aws:iam::123456789012:user/alice',
    accountId: '123456789012',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    userName: 'alice',
    sessionContext: { attributes: { mfaAuthenticated: 'true', creationDate: '2019-11-11T15:00:00Z' } },
  },
  eventTime: '2019-11-11T15:42:00Z',
  eventSource: 'wafv2.amazonaws.com',
  eventName: 'UpdateWebACL',
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.1',
  userAgent: 'aws-cli/2.4.11',
  requestParameters: { name: 'edge', scope: 'CLOUDFRONT', id: 'acl-1' },
  responseElements: { nextLockToken: 'token' },
  requestID: 'request-1',
  eventID: 'event-1',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '123456789012',
  eventCategory: 'Management',
  ...fields,
});
export const event = (fields: Fields = {}): string => JSON.stringify(eventOf(fields));
