import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { formatAddress, formatPrefix, parseAddress } from '../enrich/address.ts';
import type { Claim } from '../enrich/client-address.ts';
import type { Enricher } from '../enrich/enricher.ts';

/**
 * Registers the address functions of the ingest: `address_text` and `address_prefix` (VARCHAR, null where the
 * text is no address), `address_source` (the basis of a source and, where it is known, its address) and
 * `address_facts` (a DOUBLE of packed facts). Each works on a vector at a time.
 */
export function registerAddressFunctions(connection: DuckDBConnection, enricher: Enricher): void {
  const textFunction = (name: string, of: (text: string) => string | null): DuckDBScalarFunction =>
    DuckDBScalarFunction.create({
      name,
      parameterTypes: [VARCHAR],
      returnType: VARCHAR,
      mainFunction: (_info, input, output) => {
        const texts = input.getColumnVector(0);
        for (let row = 0; row < input.rowCount; row += 1) {
          const text = texts.getItem(row) as string | null;
          output.setItem(row, text === null ? null : of(text));
        }
        output.flush();
      },
    });
  connection.registerScalarFunction(
    textFunction('address_text', (text) => {
      const address = parseAddress(text);
      return address && formatAddress(address);
    }),
  );
  connection.registerScalarFunction(
    textFunction('address_prefix', (text) => {
      const address = parseAddress(text);
      return address && formatPrefix(address);
    }),
  );
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'address_source',
      parameterTypes: [VARCHAR, VARCHAR, VARCHAR, BIGINT],
      returnType: VARCHAR,
      mainFunction: (_info, input, output) => {
        const [logged, claims, forwarded, days] = [0, 1, 2, 3].map((index) => input.getColumnVector(index));
        for (let row = 0; row < input.rowCount; row += 1) {
          const record = {
            logged: (logged!.getItem(row) as string | null) ?? '',
            claim: claims!.getItem(row) as Claim,
            forwarded: (forwarded!.getItem(row) as string | null) ?? '',
          };
          const { address, basis } = enricher.source(record, Number(days!.getItem(row)));
          output.setItem(row, address ? `${basis} ${formatAddress(address)}` : basis);
        }
        output.flush();
      },
    }),
  );
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'address_facts',
      parameterTypes: [VARCHAR, BIGINT],
      returnType: DOUBLE,
      mainFunction: (_info, input, output) => {
        const texts = input.getColumnVector(0);
        const days = input.getColumnVector(1);
        for (let row = 0; row < input.rowCount; row += 1) {
          const address = parseAddress((texts.getItem(row) as string | null) ?? '');
          output.setItem(row, address === null ? 0 : enricher.facts(address, Number(days.getItem(row))));
        }
        output.flush();
      },
    }),
  );
}
