import { MmdbError } from '../adapters/mmdb.ts';
import { adviceUnasked } from '../adapters/unasked.ts';
import { CaseFileError } from '../case/case-file.ts';
import { DayError } from '../case/days.ts';
import { ExportError } from '../case/export-evidence.ts';
import { EmptyWindowError } from '../case/investigate.ts';
import { LakeError, UnsettledLakeError } from '../case/snapshot.ts';
import { EngineError, UnknownQueryError } from '../catalogue/engine.ts';
import { ParameterError } from '../catalogue/query.ts';
import { NetworksError } from '../enrich/networks.ts';
import { ProxiesError } from '../enrich/proxies.ts';
import { SealError } from '../evidence/seal-chain.ts';
import { SigningError } from '../evidence/signer.ts';
import { ProfileError } from '../ingest/profile.ts';
import { HeaderError } from '../lake/header.ts';
import { MarkerError } from '../lake/marker.ts';
import { StoreError } from '../lake/store.ts';
import { CommandError } from './command-error.ts';

const EXPECTED = [
  CaseFileError,
  CommandError,
  DayError,
  EmptyWindowError,
  EngineError,
  ExportError,
  HeaderError,
  LakeError,
  MarkerError,
  MmdbError,
  NetworksError,
  ParameterError,
  ProfileError,
  ProxiesError,
  SealError,
  SigningError,
  StoreError,
  UnknownQueryError,
  UnsettledLakeError,
];

/** Of these, what a value of the command line is to blame for. */
const OF_COMMAND = [DayError, ParameterError, ProxiesError, UnknownQueryError];

/** 2 where the command is wrong, else 1. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  return OF_COMMAND.some((kind) => error instanceof kind) ? 2 : 1;
}

/** What the AWS SDK throws: it carries what became of the request, or no credentials were found for one. */
function isOfAws(error: unknown): boolean {
  return (
    error instanceof Error && ('$metadata' in error || /^(Credentials|Token)ProviderError$/.test(error.name))
  );
}

/** The sentence for an error that a user can do something about; null for a bug. */
export function sentenceFor(error: unknown): string | null {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || /No space left on device|ENOSPC/.test(message ?? '')) {
    return `the disk is full (${message.split('\n')[0]}): free some space, or give a folder on another disk with --out or --lake, and run the same command again. What was committed stays, and nothing is half there.`;
  }
  const isNoPlace = code === 'ENOENT' && syscall === 'mkdir';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || isNoPlace)
    return `${message}: give a folder that you may write to with --out or --lake.`;
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return `${message}: a part of that path is a file where a folder should be. Give another path.`;
  const unasked = adviceUnasked(message ?? '');
  if (unasked) return `${message}: ${unasked}, and run the same command again.`;
  if (isOfAws(error))
    return `AWS says ${(error as Error).name}: ${message}. Check the place, the region and the credentials (AWS_PROFILE), and run the same command again.`;
  return EXPECTED.some((kind) => error instanceof kind) ? message : null;
}
