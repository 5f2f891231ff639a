import { readFileSync } from 'node:fs';
import { parseNetworks } from '../enrich/networks.ts';
import type { Lock } from '../evidence/custody.ts';
import { besideBundle } from './assets.ts';
import type { AwsClients } from './aws-clients.ts';
import { cloudStore, type LakeLocation, NETWORKS_KEY, VAULT_KEY } from './lake-location.ts';
import { s3Lock } from './s3-logs.ts';
import { openPreparedWorkshop, type Workshop } from './workshop.ts';

export type CloudWorkshopSettings = {
  LAKE_URL: string;
  VAULT_URL: string;
  RAW_BUCKET: string;
  RAW_RETENTION_MODE: string;
  RAW_RETENTION_DAYS: string;
  SOURCE_LABEL: string;
  NETWORKS_FILE: string;
  TRUSTED_PROXIES: string;
};

/**
 * The workshop of a function, opened by its first run and kept for the next ones; a run that could not open it leaves
 * it to the next. The lake is told where its vault lies.
 */
export function openCloudWorkshop(
  clients: AwsClients,
  settings: CloudWorkshopSettings,
): () => Promise<Workshop> {
  const { LAKE_URL: lake, VAULT_URL: vault, RAW_RETENTION_MODE: mode, NETWORKS_FILE: file } = settings;
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw new Error(
      `RAW_RETENTION_MODE is ${mode}, which is neither GOVERNANCE nor COMPLIANCE: deploy the stack again`,
    );
  async function open(): Promise<Workshop> {
    const store = cloudStore(clients, { lake, vault });
    const raw = {
      bucket: settings.RAW_BUCKET,
      mode: mode as Lock['mode'],
      days: Number(settings.RAW_RETENTION_DAYS),
    };
    const text = file === '' ? null : readFileSync(besideBundle(file), 'utf8');
    const said: LakeLocation = { vault, raw };
    await store.create(VAULT_KEY, Buffer.from(`${JSON.stringify(said)}\n`));
    if (text !== null) await store.create(NETWORKS_KEY, Buffer.from(text));
    const workshop = await openPreparedWorkshop({
      store,
      networks: text === null ? null : parseNetworks(text, NETWORKS_KEY),
      trustedProxies: settings.TRUSTED_PROXIES.split(' ').filter((text) => text !== ''),
      label: settings.SOURCE_LABEL,
      threads: null,
    });
    const lock = s3Lock(clients.s3, { ...raw, now: workshop.context.now });
    return { ...workshop, context: { ...workshop.context, lock } };
  }
  let opened: Promise<Workshop> | null = null;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}
