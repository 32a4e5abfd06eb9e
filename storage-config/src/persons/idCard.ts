/** What an ID-card number (GB 11643, 公民身份号码) says by itself. */
export interface IdCard {
  /** 18 characters. */
  number: string;
  /** YYYYMMDD. */
  birthDate: string;
  sex: 'M' | 'F';
}

export type IdCardFault = 'form' | 'birthDate' | 'checkDigit' | 'dummy';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** Administrative divisions begin with these (GB/T 2260), with 91 for residence permits of foreigners (第九位前两位). */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91'.split(
    ' ',
  ),
);

/** The check character of the first 17 digits (GB 11643 annex A, ISO 7064 MOD 11-2). */
export function checkCharacter(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits.charAt(at)), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

/**
 * Reads an ID-card number: 18 characters with a right check character, or 15 digits of before 1999, which become 18 of the
 * twentieth century (15-digit numbers ended with those born in 1999; 996 to 999 as sequence are of those born before 1900).
 * Full-width characters, spaces and a lower-case x are taken as what they stand for.
 */
export function readIdCard(text: string): IdCard | { fault: IdCardFault } {
  const written = text
    .normalize('NFKC')
    .replace(/[\s\u200b-]/g, '')
    .toUpperCase();
  const number = /^\d{15}$/.test(written) ? lengthened(written) : written;
  if (!/^\d{17}[\dX]$/.test(number)) return { fault: 'form' };
  if (/^(\d)\1{16}/.test(number) || /^1?234567890?1234567/.test(number)) return { fault: 'dummy' };
  if (!PROVINCES.has(number.slice(0, 2))) return { fault: 'form' };
  const birthDate = number.slice(6, 14);
  if (!isDay(birthDate)) return { fault: 'birthDate' };
  if (checkCharacter(number) !== number.charAt(17)) return { fault: 'checkDigit' };
  // Sequence numbers begin with 001; one of zeros is written where nobody knows the number.
  if (number.slice(14, 17) === '000') return { fault: 'dummy' };
  return { number, birthDate, sex: Number(number.charAt(16)) % 2 === 1 ? 'M' : 'F' };
}

function lengthened(old: string): string {
  const century = /99[6-9]$/.test(old) ? '18' : '19';
  const digits = `${old.slice(0, 6)}${century}${old.slice(6)}`;
  return `${digits}${checkCharacter(digits)}`;
}

/** Whether YYYYMMDD is a day of the calendar on which somebody could be born who is examined now. */
function isDay(text: string): boolean {
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6)].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    year >= 1850 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getTime() <= Date.now() + 86_400_000
  );
}
