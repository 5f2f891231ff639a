import { athenaEngine } from '../src/adapters/athena-engine.ts';
import { awsClients, paceOf } from '../src/adapters/aws-clients.ts';
import { openCatalogue } from '../src/adapters/catalogue.ts';
import { cloudStore } from '../src/adapters/lake-location.ts';
import { publish } from '../src/adapters/notices.ts';
import { watchLake } from '../src/case/watch.ts';
import { readEnvironment } from './environment.ts';
import { count, logger, observed } from './telemetry.ts';

const environment = readEnvironment('watch', process.env);
const clients = awsClients(paceOf(environment.PACE));
const store = cloudStore(clients, { lake: environment.LAKE_URL, vault: environment.VAULT_URL });
const catalogue = openCatalogue();

type Event = {
  /** The moment of the watch, RFC 3339. */
  at: string;
};

/** Looks at the minutes of the last days, and tells people of growth far over the usual and of floods below HTTP. */
export const handler = observed<Event, { alerts: string[]; silent: string[] }>(async ({ at }) => {
  const engine = athenaEngine(clients, {
    workgroup: environment.WORKGROUP,
    database: environment.DATABASE,
    snapshot: at,
  });
  try {
    const { alerts, silent, known, bytesScanned } = await watchLake(engine, {
      catalogue,
      store,
      at: Date.parse(at),
      historyDays: Number(environment.HISTORY_DAYS),
      floodDays: Number(environment.FLOOD_DAYS),
      notify: ({ id, state, sentence, ...rest }) =>
        publish(clients.sns, {
          topicArn: environment.ALERT_TOPIC_ARN,
          subject: `Ascribe: growth of traffic ${state}, ${rest.host ?? rest.source_id}`,
          text: JSON.stringify({ id, state, sentence, ...rest }, null, 2),
          attributes: { state, alert: id },
        }),
    });
    count('Alerts', alerts.length);
    count('SilentSources', silent.length);
    count('BytesScanned', bytesScanned);
    if (silent.length > 0) logger.warn('Logs are silent for longer than their rhythm', { silent });
    if (known.length > 0)
      logger.info('Growth of known sources of the case, of which nobody is told', { known });
    return {
      alerts: alerts.map(({ id, state }) => `${id} ${state}`),
      silent: silent.map(({ sourceId }) => sourceId),
    };
  } finally {
    await engine.close();
  }
});
