import { type IdCardFault, readIdCard } from './idCard.ts';

export const IDENTIFIER_KINDS = ['idCard', 'healthCard', 'passport', 'other'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** An identifier as it is given. The value is read, digested and forgotten. */
export interface GivenIdentifier {
  kind: IdentifierKind;
  value: string;
  /** Who issued it, where the kind does not say: region or organisation of a card, country of a passport. */
  issuer?: string | undefined;
}

/** An identifier in the one form that is digested. */
export interface ReadIdentifier {
  kind: IdentifierKind;
  issuer: string;
  value: string;
  /** What the number itself says of its bearer; empty: nothing. */
  saysBirthDate: string;
  saysSex: '' | 'M' | 'F';
}

export interface IdentifierProblem {
  /** Which of those that were given, from 0. */
  index: number;
  zh: string;
  en: string;
}

/** Identifiers that cannot be what they are said to be. Nothing of their values is in it. */
export class IdentifierRefused extends Error {
  override name = 'IdentifierRefused';
  readonly problems: readonly IdentifierProblem[];
  constructor(problems: readonly IdentifierProblem[]) {
    super('an identifier is not usable');
    this.problems = problems;
  }
}

type Words = Omit<IdentifierProblem, 'index'>;

const ID_CARD_FAULTS: Record<IdCardFault, Words> = {
  form: {
    zh: '身份证号应为 18 位（末位可为 X）或旧版 15 位数字，且前两位为有效的省级代码。',
    en: 'An ID-card number has 18 characters (the last may be X) or, as of old, 15 digits, and begins with the code of a province.',
  },
  birthDate: {
    zh: '身份证号中的出生日期不存在。',
    en: 'The ID-card number holds a birth date that does not exist.',
  },
  checkDigit: {
    zh: '身份证号校验码不正确，请核对。',
    en: 'The check character of the ID-card number is wrong. Check the number.',
  },
  dummy: {
    zh: '该身份证号明显为占位号码，不能用于关联。',
    en: 'The ID-card number is plainly a placeholder and says who nobody is.',
  },
};

const TOO_SHORT: Words = {
  zh: '证件号码应为 4 至 64 位字母或数字。',
  en: 'An identifier has 4 to 64 letters and digits.',
};
const PLACEHOLDER: Words = {
  zh: '该证件号码明显为占位号码，不能用于关联。',
  en: 'The identifier is plainly a placeholder and says who nobody is.',
};
const PASSPORT: Words = {
  zh: '护照号应为 5 至 20 位字母或数字，签发国家为 2 或 3 位代码。',
  en: 'A passport number has 5 to 20 letters and digits, its issuer a country code of 2 or 3 letters.',
};
const NO_ISSUER: Words = {
  zh: '“其他”证件须说明签发机构。',
  en: 'An identifier of another kind needs its issuer.',
};

/**
 * Identifiers in the form that is digested; the same number in whatever spelling has one form.
 *
 * @throws IdentifierRefused which says for each of those that are not usable why
 */
export function readIdentifiers(given: readonly GivenIdentifier[]): ReadIdentifier[] {
  const problems: IdentifierProblem[] = [];
  const read = given.flatMap((one, index) => {
    const found = readIdentifier(one);
    if ('zh' in found) problems.push({ index, ...found });
    return 'zh' in found ? [] : [found];
  });
  if (problems.length > 0) throw new IdentifierRefused(problems);
  return [...new Map(read.map((one) => [`${one.kind} ${one.issuer} ${one.value}`, one])).values()];
}

/** One of them, or why not. */
export function readIdentifier(given: GivenIdentifier): ReadIdentifier | Words {
  if (given.kind === 'idCard') {
    const card = readIdCard(given.value);
    if ('fault' in card) return ID_CARD_FAULTS[card.fault];
    return {
      kind: 'idCard',
      issuer: '',
      value: card.number,
      saysBirthDate: card.birthDate,
      saysSex: card.sex,
    };
  }
  const value = plain(given.value);
  const issuer = plain(given.issuer ?? '');
  const wrong = faultOf(given.kind, value, issuer);
  if (wrong !== null) return wrong;
  return { kind: given.kind, issuer, value, saysBirthDate: '', saysSex: '' };
}

function faultOf(kind: IdentifierKind, value: string, issuer: string): Words | null {
  if (!/^[\p{L}\p{N}]{4,64}$/u.test(value) || issuer.length > 64) return TOO_SHORT;
  if (isPlaceholder(value)) return PLACEHOLDER;
  if (kind === 'passport' && !(/^[A-Z0-9]{5,20}$/.test(value) && /^([A-Z]{2,3})?$/.test(issuer)))
    return PASSPORT;
  return kind === 'other' && issuer === '' ? NO_ISSUER : null;
}

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\u200b./_-]/g, '')
    .toUpperCase();

/** One character over and over, a run of digits, or a word that stands for nothing. */
function isPlaceholder(value: string): boolean {
  return (
    /^(.)\1+$/.test(value) ||
    '01234567890123456789'.includes(value) ||
    '98765432109876543210'.includes(value) ||
    /^(NONE|NULL|UNKNOWN|TEST|N\/?A|无|不详|未知)+\d*$/.test(value)
  );
}
