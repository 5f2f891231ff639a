import { join } from 'node:path';

/** Where a report goes, and its lake, unless a command says otherwise. */
export const DEFAULT_OUT = 'ascribe-report';
export const DEFAULT_LAKE = join(DEFAULT_OUT, 'lake');
