import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { TOOL } from '../adapters/assets.ts';
import { openCatalogue } from '../adapters/catalogue.ts';
import { directoryStore } from '../adapters/directory.ts';
import { readDelivered } from '../adapters/log-files.ts';
import { s3Originals } from '../adapters/s3-archives.ts';
import { localSigner } from '../adapters/signing-key.ts';
import { exportEvidence, parseExportRequest } from '../case/export-evidence.ts';
import { sqlDay } from '../case/span.ts';
import { writeBag } from '../evidence/bag.ts';
import { signBag } from '../evidence/bag-signature.ts';
import { sealHead } from '../evidence/seal-chain.ts';
import { CommandError } from './command-error.ts';
import { addLakeOptions, type LakeOptions, openLake } from './lake.ts';
import { PASSPHRASE_OPTION, type PassphraseOptions, passphraseFor } from './passphrase.ts';
import { parseSpan } from './times.ts';
import { tell } from './wrap.ts';

type Options = LakeOptions &
  PassphraseOptions & {
    from: string;
    until: string;
    recipient: string;
    reason: string;
    key: string;
    out: string;
    tlp: string;
    mostOriginals: string;
  };

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description(
      'Pack the evidence of a window for a recipient, signed: reports, custody, the logs as they were stored',
    )
    .requiredOption('--from <time>', 'start of the window, inclusive (UTC)')
    .requiredOption('--until <time>', 'end of the window, exclusive (UTC)')
    .requiredOption('--reason <text>', 'why it is handed over: it is kept in the package')
    .requiredOption('--key <file>', 'your key file, from "ascribe keys create"')
    .option('--recipient <name>', 'whom it is for', 'ncsc')
    .option('--most-originals <bytes>', 'stored bytes of logs that the package takes', '2000000000')
    .option('--tlp <label>', 'who may read the report', 'TLP:AMBER')
    .option('-o, --out <folder>', 'where the package goes', 'ascribe-export')
    .option(...PASSPHRASE_OPTION);
  addLakeOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe export --lake case-7/lake --from "2019-11-12 13:20" --until "2019-11-12 14:02" --reason "Reported to the NCSC as incident 7" --key case-officer.key',
    )
    .action(exportWindow);
}

async function exportWindow(options: Options): Promise<void> {
  const window = parseSpan(options)!;
  const request = parseExportRequest({
    from: new Date(window.from).toISOString(),
    until: new Date(window.until).toISOString(),
    recipient: options.recipient,
    reason: options.reason,
  });
  const most = Number(options.mostOriginals);
  if (!Number.isSafeInteger(most) || most < 0)
    throw new CommandError(`--most-originals ${options.mostOriginals} is no number of bytes.`, 2);
  const signer = localSigner(options.key, { passphrase: await passphraseFor(options.key, options) });
  const lake = await openLake(options);
  const inS3 = s3Originals(lake.clients.s3);
  const now = new Date();
  const exported = await exportEvidence(lake.store, {
    request,
    requestedBy: `${userInfo().username}@${hostname()}`,
    now,
    tool: TOOL,
    readOriginal: (delivery) => (delivery.kind === 's3' ? inS3.read(delivery) : readDelivered(delivery)),
    mostOriginalBytes: most,
    async report() {
      // Loaded late: the charts take longer to load than most commands take to run.
      const { compileReport } = await import('../case/compile.ts');
      const { report } = await compileReport(lake.store, {
        catalogue: openCatalogue(),
        openEngine: lake.engineOf,
        days: { from: sqlDay(window.from - HISTORY_MS), until: sqlDay(window.until - 1) },
        focus: window,
        forced: null,
        supersedes: null,
        unread: [],
        tool: TOOL,
        tlp: options.tlp,
      });
      return report.map(({ path, bytes }) => ({ path: join('report', path), bytes }));
    },
  }).finally(() => inS3.close());
  const store = directoryStore(resolve(options.out));
  const prefix = `export-${exported.filed.place.slice(-8)}`;
  await writeBag(store, { prefix, payload: exported.payload, info: exported.infoAt(now) });
  const { kind, window: span, root: snapshot, synthetic } = exported.filed;
  await signBag(store, prefix, {
    signer,
    signedAt: now.toISOString(),
    claim: { kind, window: span, snapshot, synthetic, tool: TOOL, custodyHead: await sealHead(lake.store) },
  });
  tell(
    `${join(options.out, prefix)} holds ${exported.payload.length.toLocaleString('en-GB')} files for ${options.recipient}, signed by ${signer.keyId}.`,
  );
}

/** What a window is held against. */
const HISTORY_MS = 28 * 86_400_000;
