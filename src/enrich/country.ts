/** ISO 3166-1 alpha-2 codes as numbers from 1 to 676, for compact arrays; 0: none. */
export function countryNumber(code: string): number {
  if (!/^[A-Z]{2}$/.test(code)) return 0;
  return 1 + (code.charCodeAt(0) - 65) * 26 + (code.charCodeAt(1) - 65);
}

export function countryCode(number: number): string | null {
  if (number < 1 || number > 676) return null;
  return String.fromCharCode(65 + Math.floor((number - 1) / 26), 65 + ((number - 1) % 26));
}
