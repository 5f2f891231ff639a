/** As much of S3 as reading a bucket with versions takes, on this machine. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type LocalS3 = { env: NodeJS.ProcessEnv; server: Server };

const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Keys whose content is null are listed, and gone when they are asked for. Each has the version `v-` and its key. */
export async function localS3(bucket: string, objects: Record<string, Buffer | null>): Promise<LocalS3> {
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const key = decodeURIComponent(pathname.slice(bucket.length + 2));
    if (searchParams.has('versions')) {
      const prefix = searchParams.get('prefix') ?? '';
      const versions = Object.entries(objects)
        .filter(([name]) => name.startsWith(prefix))
        .map(
          ([name, bytes]) =>
            `<Version><Key>${escaped(encodeURIComponent(name))}</Key><VersionId>v-${escaped(name)}</VersionId><Size>${bytes?.length ?? 1}</Size></Version>`,
        );
      response.setHeader('content-type', 'application/xml');
      response.end(
        `<?xml version="1.0"?><ListVersionsResult><IsTruncated>false</IsTruncated>${versions.join('')}</ListVersionsResult>`,
      );
    } else if (objects[key] && searchParams.get('versionId') === `v-${key}`) response.end(objects[key]);
    else {
      response.statusCode = 404;
      response.end('<?xml version="1.0"?><Error><Code>NoSuchVersion</Code></Error>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-2',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  };
}
