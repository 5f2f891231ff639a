import { basename, dirname, join } from 'node:path';
import { directoryStore } from '../adapters/directory.ts';
import { folderBeside, removeEmptyFolder, replaceFolder, writeWhole } from '../adapters/report-folder.ts';
import { type CompileOptions, compileReport, packageInfo, packagePayload } from '../case/compile.ts';
import { writeBag } from '../evidence/bag.ts';
import { signBag } from '../evidence/bag-signature.ts';
import { sealHead } from '../evidence/seal-chain.ts';
import type { Signer } from '../evidence/signer.ts';
import { STAGING, type Store } from '../lake/store.ts';
import type { ReportModel } from '../report/model.ts';

export type CaseSettings = {
  out: string;
  /** Where the package goes, in the place of an older one. */
  packagePlace: string;
  store: Store;
  /** Null: the package is not signed. */
  signer: Signer | null;
} & CompileOptions;

/** Investigates a lake and leaves the report and its package. The wall clock enters the package alone. */
export async function runCase({
  out,
  packagePlace,
  store,
  signer,
  ...options
}: CaseSettings): Promise<ReportModel> {
  const compiled = await compileReport(store, options);
  for (const { path, bytes } of compiled.report) writeWhole(join(out, path), bytes);
  // Built beside its place, then put there.
  const building = folderBeside(packagePlace);
  const beside = directoryStore(dirname(building));
  const prefix = basename(building);
  const now = new Date();
  await writeBag(beside, {
    prefix,
    payload: packagePayload(compiled),
    info: packageInfo(compiled, { now }),
  });
  const { model, snapshot } = compiled;
  if (signer) {
    await signBag(beside, prefix, {
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
  replaceFolder(building, packagePlace);
  removeEmptyFolder(join(dirname(building), STAGING));
  return model;
}
