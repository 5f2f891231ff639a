import { basename, join, resolve } from 'node:path';
import { directoryStore } from '../adapters/directory.ts';
import {
  folderBeside,
  removeEmptyFolder,
  replaceFolder,
  sweepBeside,
  writeWhole,
} from '../adapters/report-folder.ts';
import { type CompileOptions, compileReport, packageInfo, packagePayload } from '../case/compile.ts';
import { writeBag } from '../evidence/bag.ts';
import { signBag } from '../evidence/bag-signature.ts';
import { sealHead } from '../evidence/seal-chain.ts';
import type { Signer } from '../evidence/signer.ts';
import type { Store } from '../lake/store.ts';
import type { ReportModel } from '../report/model.ts';

export type CaseSettings = {
  out: string;
  store: Store;
  /** Null: the package is not signed. */
  signer: Signer | null;
} & CompileOptions;

/** Investigates a lake and leaves the report and its package. The wall clock enters the package alone. */
export async function runCase({ out, store, signer, ...options }: CaseSettings): Promise<ReportModel> {
  const compiled = await compileReport(store, options);
  for (const { path, bytes } of compiled.report) writeWhole(join(out, path), bytes);
  // Built beside its place, then put there.
  const place = resolve(out, 'package');
  sweepBeside(place);
  const building = basename(folderBeside(place));
  const now = new Date();
  await writeBag(directoryStore(out), {
    prefix: building,
    payload: packagePayload(compiled),
    info: packageInfo(compiled, { now }),
  });
  const { model, snapshot } = compiled;
  if (signer) {
    await signBag(directoryStore(out), building, {
      signer,
      signedAt: now.toISOString(),
      claim: {
        kind: 'report',
        window: model.focus ?? model.period,
        snapshot: snapshot.root,
        synthetic: model.synthetic,
        tool: options.tool,
        custodyHead: await sealHead(store),
      },
    });
  }
  replaceFolder(resolve(out, building), place);
  removeEmptyFolder(join(out, '.staging'));
  return model;
}
