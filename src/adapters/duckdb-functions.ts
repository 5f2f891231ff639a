import { DOUBLE, type DuckDBConnection, DuckDBScalarFunction, INTEGER, VARCHAR } from '@duckdb/node-api';
import { formatAddress, formatPrefix, parseAddress } from '../enrich/address.ts';
import { CLAIMS, type Claim } from '../enrich/client-address.ts';
import type { Enricher } from '../enrich/enricher.ts';

type Vector = { getItem(row: number): unknown };

/**
 * Registers the address functions of the ingest, each of which works on a vector at a time. `address_text` and
 * `address_prefix`: VARCHAR, null where the text is no address. `source_facts` and, for IPv4 addresses as numbers,
 * `source_facts4`: a DOUBLE of packed facts. `source_text`: the address of a source that is not the logged text. A
 * claim is a number, its place in CLAIMS.
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
  const written =
    (of: (address: NonNullable<ReturnType<typeof parseAddress>>) => string) => (text: string) => {
      const address = parseAddress(text);
      return address && of(address);
    };
  connection.registerScalarFunction(textFunction('address_text', written(formatAddress)));
  connection.registerScalarFunction(textFunction('address_prefix', written(formatPrefix)));

  const logged = [VARCHAR, INTEGER, VARCHAR, INTEGER];
  const recordAt = ([texts, claims, forwarded]: Vector[], row: number) => ({
    logged: (texts!.getItem(row) as string | null) ?? '',
    claim: claimAt(claims!, row),
    forwarded: (forwarded!.getItem(row) as string | null) ?? '',
  });
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'source_facts',
      parameterTypes: logged,
      returnType: DOUBLE,
      mainFunction: (_info, input, output) => {
        const vectors = logged.map((_, index) => input.getColumnVector(index));
        for (let row = 0; row < input.rowCount; row += 1)
          output.setItem(row, enricher.facts(recordAt(vectors, row), Number(vectors[3]!.getItem(row))));
        output.flush();
      },
    }),
  );
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'source_text',
      parameterTypes: logged,
      returnType: VARCHAR,
      mainFunction: (_info, input, output) => {
        const vectors = logged.map((_, index) => input.getColumnVector(index));
        for (let row = 0; row < input.rowCount; row += 1) {
          const { address } = enricher.source(recordAt(vectors, row), Number(vectors[3]!.getItem(row)));
          output.setItem(row, address && formatAddress(address));
        }
        output.flush();
      },
    }),
  );
  const remembered = remember4(enricher);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'source_facts4',
      parameterTypes: [DOUBLE, INTEGER, INTEGER],
      returnType: DOUBLE,
      mainFunction: (_info, input, output) => {
        const [values, claims, days] = [0, 1, 2].map((index) => input.getColumnVector(index)) as Vector[];
        for (let row = 0; row < input.rowCount; row += 1)
          output.setItem(
            row,
            remembered(Number(values!.getItem(row)), claimAt(claims!, row), Number(days!.getItem(row))),
          );
        output.flush();
      },
    }),
  );
}

function claimAt(claims: Vector, row: number): Claim {
  return CLAIMS[Number(claims.getItem(row))] ?? 'peer';
}

/** Addresses of which the facts are kept: they come again in the next records. */
const REMEMBERED = 1 << 18;

/** `facts4` of the enricher, with a memory of one day and claim. */
function remember4({ facts4 }: Enricher): Enricher['facts4'] {
  const known = new Map<number, number>();
  let [knownClaim, knownDay]: [Claim, number] = ['peer', 0];
  return (value, claim, day) => {
    if (claim !== knownClaim || day !== knownDay || known.size > REMEMBERED) {
      known.clear();
      [knownClaim, knownDay] = [claim, day];
    }
    const there = known.get(value);
    if (there !== undefined) return there;
    const facts = facts4(value, claim, day);
    known.set(value, facts);
    return facts;
  };
}
