/**
 * Athena reads thousands of small objects, again for every query. What it has read of the emulated S3 is kept here
 * until somebody writes the object, since one process of moto would answer no faster than the disk of 1990.
 */
import http from 'node:http';
import type { Call } from './calls.ts';

type Kept = { headers: http.IncomingHttpHeaders; body: Buffer };

export type KeptObjects = {
  /** Answers a read of an object; false where it is no plain read, or of an object that is not there. */
  answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<number | null>;
  /** Looks at every other call: a write makes the object unknown. */
  see(call: Call, url: string): void;
};

export function keepObjects(moto: { host: string; port: number }): KeptObjects {
  const kept = new Map<string, Promise<Kept | null>>();
  const pathOf = (url: string): string => decodeURIComponent(url.split('?')[0]!);

  function read(request: http.IncomingMessage): Promise<Kept | null> {
    const { range: _, ...headers } = request.headers;
    return new Promise((resolve, reject) => {
      const up = http.request({ ...moto, method: 'GET', path: request.url, headers });
      up.on('error', reject);
      up.on('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve(
            answer.statusCode === 200 ? { headers: answer.headers, body: Buffer.concat(chunks) } : null,
          ),
        );
      });
      up.end();
    });
  }

  return {
    see(call, url) {
      if (call.service === 's3' && !/^(Get|Head|List)/.test(call.action)) kept.delete(pathOf(url));
    },
    async answer(request, response) {
      const url = request.url ?? '/';
      const isObject = /^\/[^/]+\/[^?]+/.test(url) && !/[?&](versionId|uploads|acl|tagging)/.test(url);
      if (!isObject || !['GET', 'HEAD'].includes(request.method ?? '')) return null;
      const path = pathOf(url);
      if (!kept.has(path)) kept.set(path, read(request));
      const object = await kept.get(path)!;
      if (object === null) {
        kept.delete(path);
        return null;
      }
      const { body } = object;
      const [, from, until] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
      const start = from === '' ? body.length - Number(until) : Number(from ?? 0);
      const end = from === '' || !until ? body.length : Math.min(Number(until) + 1, body.length);
      const piece = body.subarray(Math.max(start, 0), end);
      const status = request.headers.range === undefined ? 200 : 206;
      const { connection, 'transfer-encoding': encoding, ...headers } = object.headers;
      response.writeHead(status, {
        ...headers,
        'content-length': piece.length,
        ...(status === 206
          ? { 'content-range': `bytes ${Math.max(start, 0)}-${end - 1}/${body.length}` }
          : {}),
      });
      response.end(request.method === 'HEAD' ? undefined : piece);
      return status;
    },
  };
}
