import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { type Address, formatAddress, formatPrefix, parseAddress } from '../enrich/address.ts';
import { CLAIMS, type Claim } from '../enrich/client-address.ts';
import type { Enricher, Logged } from '../enrich/enricher.ts';

type Vectors = readonly { getItem(row: number): unknown }[];

type RowFunction = {
  name: string;
  parameterTypes: DuckDBType[];
  returnType: DuckDBType;
  /** The result of a row of the vectors of arguments. */
  of(vectors: Vectors, row: number): DuckDBValue;
};

const LOGGED = [VARCHAR, INTEGER, VARCHAR, INTEGER];

/**
 * Registers the address functions of the ingest, each of which works on a vector at a time. `address_text` and
 * `address_prefix`: VARCHAR, null where the text is no address. `source_facts` and, for IPv4 addresses as numbers,
 * `source_facts4`: a DOUBLE of packed facts. `source_text`: the address of a source that is not the logged text. A
 * claim is a number, its place in CLAIMS.
 */
export function registerAddressFunctions(connection: DuckDBConnection, enricher: Enricher): void {
  const register = ({ name, parameterTypes, returnType, of }: RowFunction): void =>
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes,
        returnType,
        mainFunction: (_info, input, output) => {
          const vectors = parameterTypes.map((_, index) => input.getColumnVector(index));
          for (let row = 0; row < input.rowCount; row += 1) output.setItem(row, of(vectors, row));
          output.flush();
        },
      }),
    );
  const written = (format: (address: Address) => string): RowFunction['of'] => {
    return ([texts], row) => {
      const text = texts!.getItem(row) as string | null;
      const address = text === null ? null : parseAddress(text);
      return address && format(address);
    };
  };
  register({
    name: 'address_text',
    parameterTypes: [VARCHAR],
    returnType: VARCHAR,
    of: written(formatAddress),
  });
  register({
    name: 'address_prefix',
    parameterTypes: [VARCHAR],
    returnType: VARCHAR,
    of: written(formatPrefix),
  });
  register({
    name: 'source_facts',
    parameterTypes: LOGGED,
    returnType: DOUBLE,
    of: (vectors, row) => enricher.facts(recordAt(vectors, row), Number(vectors[3]!.getItem(row))),
  });
  register({
    name: 'source_text',
    parameterTypes: LOGGED,
    returnType: VARCHAR,
    of(vectors, row) {
      const { address } = enricher.source(recordAt(vectors, row), Number(vectors[3]!.getItem(row)));
      return address && formatAddress(address);
    },
  });
  const remembered = remember4(enricher);
  register({
    name: 'source_facts4',
    parameterTypes: [DOUBLE, INTEGER, INTEGER],
    returnType: DOUBLE,
    of: ([values, claims, days], row) =>
      remembered(Number(values!.getItem(row)), claimAt(claims!, row), Number(days!.getItem(row))),
  });
}

function recordAt([texts, claims, forwarded]: Vectors, row: number): Logged {
  return {
    logged: (texts!.getItem(row) as string | null) ?? '',
    claim: claimAt(claims!, row),
    forwarded: (forwarded!.getItem(row) as string | null) ?? '',
  };
}

function claimAt(claims: Vectors[number], row: number): Claim {
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
