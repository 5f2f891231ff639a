/** Deploys a cloud assembly, as `cdk deploy` would: its assets, then its stacks in the order they depend on each other. */
import { spawnSync } from 'node:child_process';
import { type Dirent, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account, region } from './calls.ts';
import { jsonCall, signed, sleep } from './local-http.ts';

export type Stack = { name: string; outputs: Record<string, string> };

const caller = 'deployer';
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const mostUnzipped = 262_144_000;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostOfTemplate = { bytes: 1_048_576, resources: 500 };

type Artifact = {
  type: string;
  dependencies?: string[];
  properties?: {
    file?: string;
    templateFile?: string;
    stackName?: string;
    parameters?: Record<string, string>;
    tags?: Record<string, string>;
    terminationProtection?: boolean;
  };
};
type AssetManifest = {
  files: Record<
    string,
    {
      source: { path: string; packaging: 'file' | 'zip' };
      destinations: Record<string, { bucketName: string; objectKey: string }>;
    }
  >;
};

export async function deploy(assembly: string, by: { endpoint: string; python: string }): Promise<Stack[]> {
  const { artifacts } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, Artifact>;
  };
  const order = inOrder(artifacts);
  await bootstrap(by.endpoint);
  for (const [, { type, properties }] of order)
    if (type === 'cdk:asset-manifest') await publish(join(assembly, properties!.file!), { ...by, assembly });
  const stacks: Stack[] = [];
  for (const [id, artifact] of order)
    if (artifact.type === 'aws:cloudformation:stack')
      stacks.push(await deployStack(artifact.properties?.stackName ?? id, { ...by, assembly, artifact }));
  return stacks;
}

function inOrder(artifacts: Record<string, Artifact>): [string, Artifact][] {
  const ordered = new Map<string, Artifact>();
  const visit = (id: string) => {
    const artifact = artifacts[id];
    if (artifact === undefined || ordered.has(id)) return;
    for (const other of artifact.dependencies ?? []) visit(other);
    ordered.set(id, artifact);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered];
}

const assetsBucket = `cdk-hnb659fds-assets-${account}-${region}`;

/** What `cdk bootstrap` leaves in an account, as far as templates see it. */
async function bootstrap(endpoint: string): Promise<void> {
  await jsonCall(endpoint, {
    service: 'ssm',
    target: 'AmazonSSM.PutParameter',
    caller,
    fields: { Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String', Overwrite: true },
  });
  const place = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  const made = await fetch(`${endpoint}/${assetsBucket}`, {
    method: 'PUT',
    headers: signed('s3', caller),
    body: place,
  });
  const said = await made.text();
  if (!made.ok && !said.includes('BucketAlreadyOwnedByYou'))
    throw new Error(`the bucket of assets cannot be made: ${said}`);
}

async function publish(
  manifest: string,
  by: { endpoint: string; python: string; assembly: string },
): Promise<void> {
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as AssetManifest;
  for (const { source, destinations } of Object.values(files)) {
    const path = join(by.assembly, source.path);
    const body = source.packaging === 'zip' ? zipped(path, by.python) : readFileSync(path);
    for (const { bucketName, objectKey } of Object.values(destinations)) {
      const bucket = withAccount(bucketName);
      const headers = signed('s3', caller);
      const put = await fetch(`${by.endpoint}/${bucket}/${objectKey}`, { method: 'PUT', headers, body });
      if (!put.ok) throw new Error(`asset ${source.path} cannot be put: ${await put.text()}`);
      await put.arrayBuffer();
    }
  }
}

function withAccount(text: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the names of CloudFormation's pseudo parameters
  return text.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Region}', region);
}

/** A folder as the zip that Lambda takes. Quickly rather than small: it travels to the same machine. */
function zipped(folder: string, python: string): Buffer<ArrayBuffer> {
  const bytes = sizeOf(folder);
  if (bytes > mostUnzipped)
    throw new Error(`${folder} has ${bytes} bytes: Lambda takes ${mostUnzipped} unzipped at most`);
  const place = mkdtempSync(join(tmpdir(), 'ascribe-asset-'));
  try {
    const archive = join(place, 'asset.zip');
    const source = [
      'import os, sys, zipfile',
      'with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:',
      '    for folder, _, names in os.walk(sys.argv[1]):',
      '        for name in names:',
      '            path = os.path.join(folder, name)',
      '            out.write(path, os.path.relpath(path, sys.argv[1]))',
    ];
    const { status, stderr } = spawnSync(python, ['-c', source.join('\n'), folder, archive], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${folder} cannot be zipped: ${stderr}`);
    return readFileSync(archive);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Bytes of all files below a folder. What goes while we look, file or folder, has no size. */
export function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += sizeOf(path);
    else if (entry.isFile()) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function deployStack(
  name: string,
  by: { endpoint: string; assembly: string; artifact: Artifact },
): Promise<Stack> {
  const { templateFile, parameters = {}, tags = {}, terminationProtection } = by.artifact.properties ?? {};
  const template = readFileSync(join(by.assembly, templateFile!), 'utf8');
  const resources = Object.keys(JSON.parse(template).Resources).length;
  if (Buffer.byteLength(template) > mostOfTemplate.bytes || resources > mostOfTemplate.resources)
    throw new Error(
      `${name} is more than CloudFormation takes: ${template.length} bytes, ${resources} resources`,
    );
  const exists = await cloudFormation(by.endpoint, 'DescribeStacks', { StackName: name }).then(
    () => true,
    () => false,
  );
  const form: Record<string, string> = { StackName: name, TemplateBody: template };
  Object.entries(parameters).forEach(([key, value], index) => {
    form[`Parameters.member.${index + 1}.ParameterKey`] = key;
    form[`Parameters.member.${index + 1}.ParameterValue`] = value;
  });
  Object.entries(tags).forEach(([key, value], index) => {
    form[`Tags.member.${index + 1}.Key`] = key;
    form[`Tags.member.${index + 1}.Value`] = value;
  });
  ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'].forEach((capability, index) => {
    form[`Capabilities.member.${index + 1}`] = capability;
  });
  if (!exists && terminationProtection) form.EnableTerminationProtection = 'true';
  await cloudFormation(by.endpoint, exists ? 'UpdateStack' : 'CreateStack', form).catch((error) => {
    throw new Error(`${name} cannot be deployed. ${error.message}`);
  });
  return { name, outputs: await untilComplete(name, by.endpoint) };
}

async function untilComplete(name: string, endpoint: string): Promise<Record<string, string>> {
  for (let tries = 0; tries < 300; tries += 1) {
    const described = await cloudFormation(endpoint, 'DescribeStacks', { StackName: name });
    const status = /<StackStatus>(\w+)</.exec(described)?.[1] ?? '';
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) {
      const pairs = described.matchAll(/<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)</g);
      return Object.fromEntries([...pairs].map(([, key, value]) => [key!, value!]));
    }
    if (!status.endsWith('_IN_PROGRESS')) {
      const events = await cloudFormation(endpoint, 'DescribeStackEvents', { StackName: name });
      const reasons = [...events.matchAll(/<ResourceStatusReason>([^<]+)</g)].map(([, reason]) => reason);
      throw new Error(`${name} is ${status}: ${reasons.join('; ')}`);
    }
    await sleep(100);
  }
  throw new Error(`${name} is not complete after 30 s`);
}

async function cloudFormation(
  endpoint: string,
  action: string,
  form: Record<string, string>,
): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...signed('cloudformation', caller), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: '2010-05-15', ...form }),
  });
  const said = await response.text();
  if (!response.ok) {
    const message = /<Message>([\s\S]*?)<\/Message>/.exec(said)?.[1] ?? said.slice(0, 2000);
    throw new Error(unescaped(message));
  }
  return said;
}

function unescaped(xml: string): string {
  return xml
    .replaceAll('&#x27;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
