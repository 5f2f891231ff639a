/** Reads from a request which AWS call it is: who makes it, of which service, which action, on what. */
import type { IncomingHttpHeaders } from 'node:http';

export const account = '123456789012';
export const region = 'eu-west-2';

export type Call = {
  /** Milliseconds since the epoch at which it came. */
  at: number;
  /** The access key id: the name of a function, or of a part of the emulation. */
  caller: string;
  /** Which process of the function. */
  process?: number;
  /** As in IAM: `s3`, `sqs`, `kms`, `athena` … */
  service: string;
  /** The name of the API's action: `PutObject`, not the permission it needs. */
  action: string;
  /** ARN of what it is about; `*` where the call names none. */
  resource: string;
  /** What else decides on the permission or the effect: version, condition headers, copy source. */
  details: Record<string, string>;
  /** HTTP status of the answer; 0 while there is none, and for a connection that was cut. */
  status: number;
  /** Kind of the fault that was put in its place. */
  fault?: string;
  /** Made by AWS in the function's name, not by its code: a queue's poller, Athena's reads. */
  via?: string;
};

export type Request = { method: string; url: string; headers: IncomingHttpHeaders; body: string | null };

export function readCall(request: Request): Call {
  const { headers } = request;
  const url = new URL(request.url, 'http://localhost');
  const scope = credentialScope(request, url);
  const service = scope.service;
  const [name = '', process] = scope.caller.split('~');
  const read = service === 's3' ? s3Call(request.method, url, headers) : otherCall(service, request, url);
  const via = headers['x-emulation-via'];
  return {
    at: Date.now(),
    caller: name,
    ...(process === undefined ? {} : { process: Number(process) }),
    service,
    ...read,
    status: 0,
    ...(typeof via === 'string' ? { via } : {}),
  };
}

/** Whether the body says which action it is, and so must be read before the call is known. */
export function tellsInBody(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'] ?? '';
  return type.startsWith('application/x-www-form-urlencoded') || headers['x-amz-target'] !== undefined;
}

function credentialScope(request: Request, url: URL): { caller: string; service: string } {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ??
    url.searchParams.get('X-Amz-Credential') ??
    '';
  const [caller = '', , , service = ''] = credential.split('/');
  if (service !== '') return { caller, service };
  return { caller: caller || 'unsigned', service: url.pathname.startsWith('/2015-03-31/') ? 'lambda' : 's3' };
}

type Read = Pick<Call, 'action' | 'resource' | 'details'>;

/** Subresources of a bucket or object, with the action that each is for a GET, PUT or DELETE. */
const bucketSubresources: Record<string, string> = {
  versioning: 'BucketVersioning',
  'object-lock': 'ObjectLockConfiguration',
  policy: 'BucketPolicy',
  encryption: 'BucketEncryption',
  lifecycle: 'BucketLifecycleConfiguration',
  notification: 'BucketNotificationConfiguration',
  publicAccessBlock: 'PublicAccessBlock',
  ownershipControls: 'BucketOwnershipControls',
  logging: 'BucketLogging',
  tagging: 'BucketTagging',
  location: 'BucketLocation',
  acl: 'BucketAcl',
};
const objectSubresources: Record<string, string> = {
  retention: 'ObjectRetention',
  'legal-hold': 'ObjectLegalHold',
  tagging: 'ObjectTagging',
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
};
const verbs: Record<string, string> = {
  GET: 'Get',
  HEAD: 'Head',
  PUT: 'Put',
  DELETE: 'Delete',
  POST: 'Post',
};

const tellingHeaders = [
  'if-match',
  'if-none-match',
  'x-amz-copy-source',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-bypass-governance-retention',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-tagging',
  'range',
];

function s3Call(method: string, url: URL, headers: IncomingHttpHeaders): Read {
  const query = url.searchParams;
  const virtual = /^(.+)\.(s3[.-]|localhost)/.exec(headers.host ?? '')?.[1];
  const [first = '', ...rest] = url.pathname.slice(1).split('/');
  const bucket = virtual ?? decodeURIComponent(first);
  const key = decodeURIComponent(virtual === undefined ? rest.join('/') : url.pathname.slice(1));
  const details: Record<string, string> = {};
  for (const name of ['versionId', 'prefix', 'partNumber', 'max-keys']) {
    const value = query.get(name);
    if (value !== null) details[name] = value;
  }
  for (const name of tellingHeaders) {
    const value = headers[name];
    if (typeof value === 'string') details[name] = value;
  }
  const action =
    key === ''
      ? bucketAction(method, query, bucket)
      : objectAction(method, query, { copies: 'x-amz-copy-source' in details });
  const resource = bucket === '' ? '*' : `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
  return { action, resource, details };
}

function bucketAction(method: string, query: URLSearchParams, bucket: string): string {
  if (bucket === '') return 'ListBuckets';
  for (const [name, noun] of Object.entries(bucketSubresources))
    if (query.has(name)) return `${verbs[method] ?? method}${noun}`;
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('uploads')) return 'ListMultipartUploads';
  if (query.has('delete')) return 'DeleteObjects';
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
  return { PUT: 'CreateBucket', DELETE: 'DeleteBucket', HEAD: 'HeadBucket' }[method] ?? method;
}

function objectAction(method: string, query: URLSearchParams, of: { copies: boolean }): string {
  for (const [name, noun] of Object.entries(objectSubresources))
    if (query.has(name)) return `${verbs[method] ?? method}${noun}`;
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) {
    if (method === 'PUT') return of.copies ? 'UploadPartCopy' : 'UploadPart';
    return (
      { POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload', GET: 'ListParts' }[method] ?? method
    );
  }
  if (query.has('select')) return 'SelectObjectContent';
  if (query.has('restore')) return 'RestoreObject';
  if (method === 'PUT' && of.copies) return 'CopyObject';
  return `${verbs[method] ?? method}Object`;
}

function otherCall(service: string, { method, headers, body }: Request, url: URL): Read {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const fields = body ? (JSON.parse(body) as Record<string, unknown>) : {};
    return { action: target.split('.')[1]!, resource: resourceIn(service, fields), details: {} };
  }
  const cbor = /^\/service\/[^/]+\/operation\/(\w+)/.exec(url.pathname);
  if (cbor) return { action: cbor[1]!, resource: '*', details: {} };
  if (service === 'lambda') return lambdaCall(method, url, headers);
  const form = new URLSearchParams(body ?? '');
  const action = form.get('Action') ?? url.searchParams.get('Action') ?? `${method} ${url.pathname}`;
  return { action, resource: resourceIn(service, Object.fromEntries(form)), details: {} };
}

function lambdaCall(method: string, url: URL, headers: IncomingHttpHeaders): Read {
  const [, name, rest = ''] = /^\/\d{4}-\d\d-\d\d\/functions\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  if (name === undefined) return { action: `${method} ${url.pathname}`, resource: '*', details: {} };
  const bare = decodeURIComponent(name).split(':function:').at(-1)!;
  const type = headers['x-amz-invocation-type'];
  return {
    action: rest === 'invocations' ? 'Invoke' : `${method} ${rest}`,
    resource: `arn:aws:lambda:${region}:${account}:function:${bare}`,
    details: typeof type === 'string' ? { 'invocation-type': type } : {},
  };
}

function resourceIn(service: string, fields: Record<string, unknown>): string {
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string) : null);
  const queue = text('QueueUrl');
  if (queue !== null) return `arn:aws:sqs:${region}:${account}:${queue.split('/').at(-1)}`;
  const group = text('WorkGroup');
  if (service === 'athena') return group === null ? '*' : workGroupArn(group);
  const key = text('KeyId');
  if (key !== null) return key.startsWith('arn:') ? key : `arn:aws:kms:${region}:${account}:key/${key}`;
  return text('TopicArn') ?? text('TargetArn') ?? text('FunctionName') ?? text('StackName') ?? '*';
}

export function workGroupArn(name: string): string {
  return `arn:aws:athena:${region}:${account}:workgroup/${name}`;
}

/** Calls after which the world is another one. */
const writes =
  /^(Put|Create|Delete|Complete|Abort|Upload|Copy|Send|Publish|Start|Stop|Invoke|Change|Post|Restore|Tag|Untag)/;

export function isWrite(call: Call): boolean {
  return writes.test(call.action);
}
