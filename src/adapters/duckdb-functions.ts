import {
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { type Address, formatAddress, formatPrefix, parseAddress } from '../enrich/address.ts';
import { CLAIMS, type Claim } from '../enrich/client-address.ts';
import type { Enricher, Logged } from '../enrich/enricher.ts';
import { textsIn } from './duckdb-columns.ts';
import { registerFacts4 } from './duckdb-facts.ts';

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
 * `address_prefix`: VARCHAR, null where the text is no address. `source_facts` and, for the IPv4 addresses of most records,
 * `source_facts4`: a DOUBLE of packed facts. `source_text`: the address of a source that is not the logged text.
 * `source_port`: the port of one that a header names, null where none stands there. A claim is a number, its place in
 * CLAIMS.
 */
export function registerAddressFunctions(connection: DuckDBConnection, enricher: Enricher): void {
  const register = ({ name, parameterTypes, returnType, of }: RowFunction): void =>
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes,
        returnType,
        mainFunction: (_info, input, output) => {
          const vectors = parameterTypes.map((type, index) => argument(input, index, type));
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
  register({
    name: 'source_port',
    parameterTypes: LOGGED,
    returnType: INTEGER,
    of: (vectors, row) =>
      enricher.source(recordAt(vectors, row), Number(vectors[3]!.getItem(row))).port ?? null,
  });
  registerFacts4(connection, enricher);
}

function argument(input: DuckDBDataChunk, index: number, type: DuckDBType): Vectors[number] {
  if (type !== VARCHAR) return input.getColumnVector(index);
  const texts = textsIn(input, index);
  return { getItem: (row) => texts[row] };
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
