import type { APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { TOOL } from '../src/adapters/assets.ts';
import { awsClients, paceOf } from '../src/adapters/aws-clients.ts';
import { cloudStore } from '../src/adapters/lake-location.ts';
import { callFunction } from '../src/adapters/notices.ts';
import { readDelivery } from '../src/adapters/s3-logs.ts';
import { ExportError, exportEvidence, parseExportRequest } from '../src/case/export-evidence.ts';
import { filePackage } from '../src/case/filed-packages.ts';
import { readEnvironment } from './environment.ts';
import { logger, observed } from './telemetry.ts';

const environment = readEnvironment('export-evidence', process.env);
const clients = awsClients(paceOf(environment.PACE));
const store = cloudStore(clients, { lake: environment.LAKE_URL, vault: environment.VAULT_URL });

function answer(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ExportError('the body is no JSON.');
  }
}

/** Packs the evidence of a window for a recipient. Who asks is the identity that AWS vouches for. */
export const handler = observed<APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2>(
  async ({ requestContext, body, isBase64Encoded }) => {
    const requestedBy = requestContext.authorizer?.iam?.userArn;
    if (!requestedBy) return answer(403, { problem: 'AWS names nobody who asks: sign the request.' });
    try {
      const request = parseExportRequest(
        json(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8')),
      );
      const exported = await exportEvidence(store, {
        request,
        requestedBy,
        now: new Date(requestContext.timeEpoch),
        tool: TOOL,
        readOriginal: (delivery) => readDelivery(clients.s3, delivery),
        mostOriginalBytes: Number(environment.MOST_ORIGINAL_BYTES),
      });
      const { prefix, receipt } = await filePackage(store, exported);
      await callFunction(clients.lambda, { name: environment.SEAL_FUNCTION, payload: { sign: prefix } });
      logger.info('Exported', { prefix, requestedBy, recipient: request.recipient });
      return answer(201, { package: store.locate(prefix), ...receipt });
    } catch (error) {
      if (error instanceof ExportError) return answer(422, { problem: error.message });
      throw error;
    }
  },
);
