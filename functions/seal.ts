import { TOOL } from '../src/adapters/assets.ts';
import { awsClients, paceOf } from '../src/adapters/aws-clients.ts';
import { kmsSigner } from '../src/adapters/kms-signer.ts';
import { parseS3Url, s3Store } from '../src/adapters/s3-store.ts';
import { filedAt, filedPackages, signFiled } from '../src/case/filed-packages.ts';
import { sealCustody } from '../src/evidence/seal.ts';
import { readEnvironment } from './environment.ts';
import { logger, observed } from './telemetry.ts';

const environment = readEnvironment('seal', process.env);
const clients = awsClients(paceOf(environment.PACE));
const vault = s3Store(clients.s3, parseS3Url(environment.VAULT_URL));

/** Packages filed longer ago were signed by a daily seal before. */
const RECENT_MS = 30 * 86_400_000;

/** Without `sign` the daily seal, which signs what has no signature yet as well. */
type Event = { sign?: string };
type Answer = { seals: number; signed: string[] };

/** The one function that may use the signing key: it signs what it reads from the vault itself, never what it is given. */
export const handler = observed<Event, Answer>(async ({ sign }) => {
  const signer = await kmsSigner({ client: clients.kms, keyArn: environment.SIGNING_KEY });
  const now = () => new Date();
  const signing = () => ({ signer, tool: TOOL, now: now() });
  if (sign !== undefined) {
    const filed = await filedAt(vault, sign);
    const done = filed && (await signFiled(vault, filed, signing()));
    if (!done) throw new Error(`${sign} is no package of this vault that is whole: nothing was signed`);
    return { seals: 0, signed: [done.prefix] };
  }
  const { made, leftOut } = await sealCustody(vault, { signer, tool: TOOL, now });
  const filed = [...(await filedPackages(vault, 'reports/')), ...(await filedPackages(vault, 'exports/'))];
  const signed: string[] = [];
  for (const each of filed.filter(({ filed_at }) => Date.parse(filed_at) > now().getTime() - RECENT_MS)) {
    const done = await signFiled(vault, each, signing());
    if (done?.outcome === 'signed') signed.push(done.prefix);
  }
  logger.info('Sealed', { seals: made.length, signed });
  if (leftOut.length > 0)
    throw new Error(
      `${leftOut.length} custody records are not as they were written and under no seal, the first of them ${leftOut[0]!.key}, which ${leftOut[0]!.problem}: the rest was sealed`,
    );
  return { seals: made.length, signed };
});
