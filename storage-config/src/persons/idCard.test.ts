import { expect, test } from 'vitest';
import { IdentifierRefused, readIdentifier, readIdentifiers } from './identifiers.ts';
import { checkCharacter, readIdCard } from './idCard.ts';

test('the example numbers of GB 11643 are right, and say birth date and sex', () => {
  expect(readIdCard('11010519491231002X')).toEqual({
    number: '11010519491231002X',
    birthDate: '19491231',
    sex: 'F',
  });
  expect(readIdCard('440524188001010014')).toEqual({
    number: '440524188001010014',
    birthDate: '18800101',
    sex: 'M',
  });
});

test('a number is the same in whatever spelling', () => {
  for (const spelled of [
    '11010519491231002x',
    '１１０１０５１９４９１２３１００２Ｘ',
    ' 110105 19491231 002X ',
  ])
    expect(readIdCard(spelled)).toMatchObject({ number: '11010519491231002X' });
});

test('an old number of 15 digits becomes the one of 18, of the twentieth century', () => {
  expect(readIdCard('110105491231002')).toMatchObject({ number: '11010519491231002X' });
  const veryOld = readIdCard('110105991231998');
  expect(veryOld).toMatchObject({ birthDate: '18991231' });
});

test('each wrong digit is noticed by the check character', () => {
  const right = '11010519491231002X';
  for (let at = 0; at < 17; at += 1) {
    const digit = String((Number(right.charAt(at)) + 1) % 10);
    expect(readIdCard(right.slice(0, at) + digit + right.slice(at + 1)), String(at)).toHaveProperty('fault');
  }
  expect(readIdCard('110105194912310021')).toEqual({ fault: 'checkDigit' });
});

test.each([
  ['', 'form'],
  ['1101051949123100', 'form'],
  ['001105194912310021', 'form'],
  [`11010519490230002${checkCharacter('11010519490230002')}`, 'birthDate'],
  ['111111111111111111', 'dummy'],
  [`11010519491231000${checkCharacter('11010519491231000')}`, 'dummy'],
])('%s is refused: %s', (number, fault) => {
  expect(readIdCard(number)).toEqual({ fault });
});

test('nobody is born tomorrow or later', () => {
  const digits = `110105${new Date().getFullYear() + 2}0101002`;
  expect(readIdCard(digits + checkCharacter(digits))).toEqual({ fault: 'birthDate' });
});

test('refusals say in both languages what is wrong, and never the number', () => {
  const given = [
    { kind: 'idCard', value: '110105194912310021' },
    { kind: 'healthCard', value: '00000000' },
    { kind: 'other', value: 'AB123456' },
  ] as const;
  try {
    readIdentifiers(given);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(IdentifierRefused);
    const { problems } = error as IdentifierRefused;
    expect(problems.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(problems[0]?.zh).toContain('校验码');
    expect(JSON.stringify([problems, (error as Error).message])).not.toMatch(/19491231|AB123456/);
  }
});

test('cards and passports have one form', () => {
  expect(readIdentifier({ kind: 'passport', value: 'e1234 5678', issuer: 'chn' })).toMatchObject({
    value: 'E12345678',
    issuer: 'CHN',
  });
  expect(readIdentifier({ kind: 'healthCard', value: 'A-123.456' })).toMatchObject({ value: 'A123456' });
  expect(readIdentifier({ kind: 'healthCard', value: '12345678' })).toHaveProperty('zh');
});
