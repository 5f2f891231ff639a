import { TOOL } from '../src/adapters/assets.ts';
import { athenaEngine } from '../src/adapters/athena-engine.ts';
import { awsClients, paceOf } from '../src/adapters/aws-clients.ts';
import { openCatalogue } from '../src/adapters/catalogue.ts';
import { cloudStore } from '../src/adapters/lake-location.ts';
import { callFunction } from '../src/adapters/notices.ts';
import { dueDays, type Reported, reportEach } from '../src/case/daily.ts';
import { readEnvironment } from './environment.ts';
import { count, logger, observed } from './telemetry.ts';

const environment = readEnvironment('investigate', process.env);
const clients = awsClients(paceOf(environment.PACE));
const store = cloudStore(clients, { lake: environment.LAKE_URL, vault: environment.VAULT_URL });
const catalogue = openCatalogue();

/** The daily run gives the moment that it was due; an incident gives its days. */
type Event = { at: string } | { day: string; last_day?: string; history?: number };

/** Reports the days that are due, or those of an incident, and has each package signed. */
export const handler = observed<Event, { reports: Reported[] }>(async (event) => {
  const settings = { history: Number(environment.HISTORY_DAYS), timeZone: environment.TIME_ZONE };
  const due =
    'at' in event
      ? dueDays(Date.parse(event.at), settings)
      : [
          {
            ...settings,
            day: event.day,
            lastDay: event.last_day ?? event.day,
            history: event.history ?? settings.history,
          },
        ];
  const { reports, failures } = await reportEach(store, due, {
    catalogue,
    tool: TOOL,
    tlp: environment.TLP,
    now: () => new Date(),
    openEngine: async ({ root, profile }) =>
      athenaEngine(clients, {
        workgroup: environment.WORKGROUP,
        database: environment.DATABASE,
        snapshot: `${root} ${profile.id}`,
      }),
    sign: (prefix) =>
      callFunction(clients.lambda, { name: environment.SEAL_FUNCTION, payload: { sign: prefix } }),
  });
  count('Reports', reports.filter(({ finding }) => finding !== null).length);
  count(
    'BytesScanned',
    reports.reduce((sum, { bytesScanned }) => sum + bytesScanned, 0),
  );
  logger.info('Reported', { reports });
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  return { reports };
});
