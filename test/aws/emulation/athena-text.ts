/** The text that Athena gives each value, and how it describes each column. */
import type { TrinoColumn, TrinoType } from './trino.ts';

/** Null is SQL's NULL, the empty string is itself. */
export function textOf(value: unknown, type: TrinoType): string | null {
  if (value === null || value === undefined) return null;
  const inner = (index: number) => type.arguments[index]!.value as TrinoType;
  switch (type.rawType) {
    case 'varbinary':
      return Buffer.from(value as string, 'base64')
        .toString('hex')
        .replace(/(..)(?=.)/g, '$1 ');
    case 'array':
      return `[${(value as unknown[]).map((item) => within(item, inner(0))).join(', ')}]`;
    case 'map':
      return `{${Object.entries(value as object)
        .map(([key, item]) => `${key}=${within(item, inner(1))}`)
        .join(', ')}}`;
    case 'row':
      return `{${fieldsOf(type)
        .map((field, index) => `${field.name}=${within((value as unknown[])[index], field.type)}`)
        .join(', ')}}`;
    case 'double':
    case 'real':
      return javaText(value as number | bigint | string);
    default:
      return String(value);
  }
}

function within(value: unknown, type: TrinoType): string {
  return textOf(value, type) ?? 'null';
}

function fieldsOf(type: TrinoType): { name: string; type: TrinoType }[] {
  return type.arguments.map((argument, index) => {
    const field = argument.value as { fieldName?: { name: string }; typeSignature: TrinoType };
    return { name: field.fieldName?.name ?? `field${index}`, type: field.typeSignature };
  });
}

/**
 * Java's Double.toString, as Athena prints doubles: plain between 10^-3 and 10^7, else one digit, a point and an
 * exponent. Trino sends NaN and the infinities as strings.
 */
export function javaText(value: number | bigint | string): string {
  if (typeof value === 'string') return value;
  const number = Number(value);
  if (Object.is(number, -0)) return '-0.0';
  const size = Math.abs(number);
  if (number === 0 || (size >= 1e-3 && size < 1e7))
    return Number.isInteger(number) ? `${number}.0` : String(number);
  const [digits, exponent] = number.toExponential().split('e') as [string, string];
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

export type ColumnInfo = {
  CatalogName: string;
  SchemaName: string;
  TableName: string;
  Name: string;
  Label: string;
  Type: string;
  Precision: number;
  Scale: number;
  Nullable: string;
  CaseSensitive: boolean;
};

const precisions: Record<string, number> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 17,
  double: 17,
  varchar: 2147483647,
  timestamp: 3,
  'timestamp with time zone': 3,
  varbinary: 1073741824,
};

export function columnInfo({ name, typeSignature }: TrinoColumn): ColumnInfo {
  const { rawType } = typeSignature;
  const numbers = typeSignature.arguments.map(({ value }) => Number(value));
  const isDecimal = rawType === 'decimal';
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    // Athena calls a REAL a float.
    Type: rawType === 'real' ? 'float' : rawType,
    Precision: isDecimal ? numbers[0]! : (precisions[rawType] ?? 0),
    Scale: isDecimal ? numbers[1]! : 0,
    Nullable: 'UNKNOWN',
    CaseSensitive: rawType === 'varchar' || rawType === 'char',
  };
}

/** The result file of a query: every value in quotes, NULL as nothing at all, the empty string as two quotes. */
export function resultFile(rows: readonly (string | null)[][]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function quoted(value: string | null): string {
  return value === null ? '' : `"${value.replaceAll('"', '""')}"`;
}
