import { describe, expect, test } from 'vitest';
import { DEFAULT_RECOGNITION_POLICY } from './defaultPolicy.ts';
import { becauseOf, longestAgeOf, wordFor, wordForLabels } from './matrix.ts';
import { CATEGORIES, type RecognitionPolicy, type RecognitionRule, TIER_RELATIONS } from './policy.ts';
import { recognitionPolicySchema } from './policySchema.ts';
import { RECOGNITION_WORDS, type RecognisingHospital } from './words.ts';

const CITY = '龙南市';
const POLICY = DEFAULT_RECOGNITION_POLICY;

const hospital = (code: string, given: Partial<RecognisingHospital> = {}): RecognisingHospital => ({
  code,
  level: '',
  region: '360783',
  scopes: [CITY],
  alliances: [],
  ...given,
});
const ofLevel = (level: string, code = level): RecognisingHospital => hospital(code, { level });
const withRules = (...rules: Partial<RecognitionRule>[]): RecognitionPolicy => ({
  ...POLICY,
  rules: rules.map((rule, at) => ({
    id: `r${at}`,
    when: {},
    word: 'MUST_RECOGNISE',
    because: { zh: '协议', en: 'agreed' },
    sources: [],
    ...rule,
  })),
});
const word = (issuing: string, viewing: string) =>
  wordFor(POLICY, CITY, ofLevel(issuing, 'one'), ofLevel(viewing, 'other')).word;

describe('the shipped policy', () => {
  test('S1: institutions of 二级甲等 and above must recognise each other', () => {
    for (const one of ['二级甲等', '三级丙等', '三级甲等', '三级特等'])
      for (const other of ['二级甲等', '三级乙等', '三级甲等'])
        expect(word(one, other)).toBe('MUST_RECOGNISE');
  });

  test('S1: below 二级甲等 the upper level is not obliged', () => {
    expect(word('二级乙等', '三级甲等')).toBe('MAY');
    expect(word('一级甲等', '二级甲等')).toBe('MAY');
  });

  test('S0: institutions of the secondary level must recognise each other, whatever their grade', () => {
    expect(word('二级', '二级丙等')).toBe('MUST_RECOGNISE');
    expect(word('二级乙等', '二级甲等')).toBe('MUST_RECOGNISE');
  });

  test('S0: a lower level accepts an upper level in principle, so it may', () => {
    const answer = wordFor(POLICY, CITY, ofLevel('三级甲等'), ofLevel('一级甲等'));
    expect(answer).toMatchObject({ word: 'MAY', rule: 's0-upper-level' });
  });

  test('S0: whoever takes no part in the scope of a label has nothing to do with it', () => {
    const outside = hospital('far', { level: '三级甲等', scopes: ['别市'] });
    const answer = wordFor(POLICY, CITY, ofLevel('三级甲等'), outside);
    expect(answer).toMatchObject({ word: 'NOT_IN_SCOPE', rule: 'outside' });
    expect(answer.because.zh).toContain(CITY);
  });

  test('a level that is not known obliges nobody', () => {
    for (const level of ['', '未定级', '社区卫生服务中心']) {
      expect(word(level, '三级甲等')).toBe('MAY');
      expect(word('三级甲等', level)).toBe('MAY');
    }
  });

  test('an own study is the own one, whatever its label', () => {
    expect(wordFor(POLICY, '别市', ofLevel('三级甲等', 'a'), ofLevel('三级甲等', 'a')).rule).toBe('own');
  });

  test('fits its own schema', () => {
    expect(recognitionPolicySchema.parse(POLICY)).toEqual(POLICY);
  });
});

describe('rules of a region', () => {
  const a = hospital('a', { level: '二级甲等', alliances: ['x', 'y'], region: '360783' });
  const b = hospital('b', { level: '三级甲等', alliances: ['y'], region: '360702' });
  const far = hospital('far', { level: '三级甲等', region: '440300', scopes: ['粤'] });

  test.each([
    ['alliances', { alliance: 'shared' }, a, b, true],
    ['one alliance', { alliance: 'x' }, a, b, false],
    ['the same city by its code', { city: 'same' }, a, b, true],
    ['another city', { scope: 'any', city: 'other' }, a, far, true],
    ['the order of tiers', { tier: 'issuingLower' }, a, b, true],
    ['the other order of tiers', { tier: 'issuingHigher' }, a, b, false],
    ['hospitals by name', { issuing: { hospitals: ['a'] }, viewing: { hospitals: ['c'] } }, a, b, false],
    ['scopes of labels', { labelScopes: ['粤'] }, a, b, false],
    ['hospitals outside alone', { scope: 'outside' }, a, b, false],
  ] as const)('may look at %s', (_name, when, issuing, viewing, expected) => {
    const policy = withRules({ when, word: 'MAY' });
    expect(wordFor(policy, CITY, issuing, viewing).rule === 'r0').toBe(expected);
  });

  test('may be for items, categories and a longest age, and then need to know them', () => {
    const policy = withRules({ when: { items: ['CT-01'], categories: ['CT'], maxAgeDays: 14 } });
    const asked = (exam?: object) => wordFor(policy, CITY, a, b, exam).rule;
    expect(asked({ itemCode: 'CT-01', ageDays: 14 })).toBe('r0');
    expect(asked({ itemCode: 'CT-01', ageDays: 15 })).toBe('otherwise');
    expect(asked({ itemCode: 'CT-02', ageDays: 1 })).toBe('otherwise');
    expect(asked({ itemCode: 'CT-01', ageDays: null })).toBe('otherwise');
    expect(asked()).toBe('otherwise');
  });

  test('are asked in their order: the first that fits decides', () => {
    const policy = withRules({ word: 'NOT_IN_SCOPE', when: { viewing: { hospitals: ['b'] } } }, {});
    expect(wordFor(policy, CITY, a, b)).toMatchObject({ word: 'NOT_IN_SCOPE', rule: 'r0' });
    expect(wordFor(policy, CITY, b, a)).toMatchObject({ word: 'MUST_RECOGNISE', rule: 'r1' });
  });

  test('cannot oblige anybody outside of the scope of a label', () => {
    for (const scope of ['outside', 'any'] as const) {
      const policy = withRules({ when: { scope } });
      expect(recognitionPolicySchema.safeParse(policy).success).toBe(false);
    }
  });

  test.each([
    [{ rules: [{ ...POLICY.rules[0], when: { levelAtLeast: '二级甲等' } }] }],
    [{ rules: [{ ...POLICY.rules[0], when: { issuing: { levelAtLeast: '五级' } } }] }],
    [{ rules: [POLICY.rules[0], POLICY.rules[0]] }],
    [{ rules: [{ ...POLICY.rules[0], id: 'own' }] }],
    [{ reasons: ['RX13'] }],
    [{ reasons: [] }],
    [{ longestAge: { days: 0, items: {} } }],
  ])('are refused when they cannot be meant: %j', (change) => {
    expect(recognitionPolicySchema.safeParse({ ...POLICY, ...change }).success).toBe(false);
  });
});

test('of several labels the one that binds most decides', () => {
  const a = hospital('a', { level: '三级甲等', scopes: [CITY, '江西省'] });
  const b = hospital('b', { level: '三级甲等', scopes: ['江西省'] });
  expect(wordForLabels(POLICY, [CITY, '江西省'], a, b)?.word).toBe('MUST_RECOGNISE');
  expect(wordForLabels(POLICY, [CITY], a, b)?.word).toBe('NOT_IN_SCOPE');
  expect(wordForLabels(POLICY, [], a, b)).toBeNull();
});

test('why a word was said is known by the name of its rule, and of no rule that is gone', () => {
  const [a, b] = [ofLevel('三级甲等', 'a'), ofLevel('', 'b')];
  const far = hospital('far', { scopes: [] });
  for (const [one, other] of [
    [a, ofLevel('二级甲等', 'c')],
    [a, a],
    [a, b],
    [a, far],
  ] as const) {
    const said = wordFor(POLICY, CITY, one, other);
    expect(becauseOf(POLICY, said.rule, [CITY])).toEqual(said.because);
  }
  expect(becauseOf(POLICY, 'gone', [CITY])).toBeNull();
});

test('the longest age is that of the item, else of all', () => {
  const policy = { longestAge: { days: 90, items: { 'MR-01': 30 } } };
  expect(longestAgeOf(policy, 'MR-01')).toBe(30);
  expect(longestAgeOf(policy, 'toString')).toBe(90);
});

/** Numbers from 0 to 1, the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('every question has one answer, and the same each time', () => {
  const random = randomNumbers(7);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const some = <T>(values: readonly T[]): T[] => values.filter(() => random() < 0.4);
  const maybe = <T>(name: string, value: T): Record<string, T> => (random() < 0.3 ? { [name]: value } : {});
  const LEVELS = ['', '未定级', '一级甲等', '二级', '二级乙等', '二甲', '三级甲等', '三级特等', '?'];
  const SCOPES = [CITY, '江西省', '全国'];
  const CODES = ['a', 'b', 'c'];
  const aHospital = () =>
    hospital(pick(CODES), {
      level: pick(LEVELS),
      region: pick(['', '360783', '360702', '440300', '龙南']),
      scopes: some(SCOPES),
      alliances: some(['x', 'y']),
    });
  const aRule = () => ({
    word: pick(RECOGNITION_WORDS),
    when: {
      ...maybe('scope', pick(['inside', 'outside', 'any'] as const)),
      ...maybe('labelScopes', some(SCOPES)),
      ...maybe('issuing', { levelAtLeast: pick(LEVELS) }),
      ...maybe('viewing', { levelAtMost: pick(LEVELS), hospitals: some(CODES) }),
      ...maybe('tier', pick(TIER_RELATIONS)),
      ...maybe('alliance', pick(['shared', 'x'])),
      ...maybe('city', pick(['same', 'other'] as const)),
      ...maybe('categories', some(CATEGORIES)),
      ...maybe('maxAgeDays', 30),
    },
  });
  for (let round = 0; round < 2000; round += 1) {
    const policy = withRules(...Array.from({ length: 4 }, aRule));
    const [issuing, viewing, scope] = [aHospital(), aHospital(), pick(SCOPES)];
    const exam = { ...maybe('itemCode', 'CT-01'), ageDays: pick([null, 3, 300]) };
    const answer = wordFor(policy, scope, issuing, viewing, exam);
    expect(RECOGNITION_WORDS).toContain(answer.word);
    expect(answer.because.zh).not.toBe('');
    expect(answer.because.en).not.toBe('');
    expect(wordFor(structuredClone(policy), scope, issuing, viewing, exam)).toEqual(answer);
    const fitting = policy.rules.some(({ id }) => id === answer.rule);
    if (!viewing.scopes.includes(scope) && issuing.code !== viewing.code && !fitting)
      expect(answer.word).toBe('NOT_IN_SCOPE');
  }
});
