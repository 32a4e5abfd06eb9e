import { expect, test } from 'vitest';
import { cleanDescriptor, wordList } from './descriptors.ts';
import { isIdentityCard, withoutPatterns } from './patterns.ts';
import { createTextCleaner } from './textCleaner.ts';

const cleaner = createTextCleaner(
  {
    names: new Set(['Ouyang^Xiaoming', '欧阳^小明', 'Li^Na']),
    codes: new Set(['ZY20260117', '07']),
    places: new Set(['赣州市立医院', 'Ganzhou City Hospital']),
  },
  (name) => (name === '欧阳小明' ? [['OUYANG', 'XIAO', 'MING']] : []),
);

test.each([
  ['欧阳小明 胸部', '胸部'],
  ['欧 阳 小 明胸部', '胸部'],
  ['胸部，小明', '胸部'],
  ['OUYANGXIAOMING chest', 'chest'],
  ['chest xiaoming ouyang', 'chest'],
  ['Xiaoming_Ouyang chest', 'chest'],
  ['ouyang xiao ming chest', 'chest'],
  ['ｏｕｙａｎｇ chest', 'chest'],
  ['Na Li chest', 'chest'],
  ['lina chest', 'chest'],
  ['clinical brain', 'clinical brain'],
  ['no. ZY20260117 chest', 'no. chest'],
  ['zy20260117chest', 'chest'],
  ['zy-2026 0117 chest', 'chest'],
  ['Ōuyáng Xiǎomíng chest', 'chest'],
  ['café chest', 'café chest'],
  ['room 107, bed', 'bed'],
  ['series 07 of 107', 'series of 107'],
  ['赣州市立医院 CT', 'CT'],
  ['ganzhou  city hospital CT', 'CT'],
])('%s becomes %s', (text, expected) => {
  expect(cleaner(text)).toBe(expected);
});

test.each([
  ['身份证 11010519491231002X 胸部', '胸部'],
  ['11010519491231002X', ''],
  ['联系电话：13812345678 平扫', '平扫'],
  ['+86 138-1234-5678 平扫', '平扫'],
  ['0797-3512345 平扫', '平扫'],
  ['住院号：Z12345 平扫', '平扫'],
  ['3病区12床 平扫', '平扫'],
  ['床号: 12 平扫', '平扫'],
  ['龙南市第一人民医院 平扫', '平扫'],
  ['Saint Mary Hospital chest', 'chest'],
  ['江西省赣州市章贡区红旗大道86号 平扫', '平扫'],
  ['2026年1月31日 平扫', '平扫'],
  ['20260131 平扫', '平扫'],
  ['31/01/2026 plain', 'plain'],
  ['张医生 平扫', '平扫'],
  ['医师：李四 平扫', '平扫'],
  ['1.2.840.113619.2.55.3.1 plain', 'plain'],
  ['mail a.b@example.org plain', 'mail plain'],
  ['T2 TSE 5mm b1000 3.0T', 'T2 TSE 5mm b1000 3.0T'],
])('of %s the patterns leave %s', (text, expected) => {
  expect(withoutPatterns(text).replace(/\s+/g, ' ').trim()).toBe(expected);
});

test('the check digit tells identity cards from other numbers', () => {
  expect(isIdentityCard('11010519491231002X')).toBe(true);
  expect(isIdentityCard('110105194912310021')).toBe(false);
});

test.each([
  ['胸部平扫(急诊) 欧阳小明', '胸部 平扫'],
  ['Chest PA, plain; ref. Dr Strange 4711', 'Chest PA plain'],
  ['T2_tra 5mm', 'T2 5mm'],
  ['secret', ''],
])('of the descriptor %s the words of the list stay: %s', (text, expected) => {
  expect(cleanDescriptor(text, wordList(['胸部', '平扫', 'chest pa', 'plain', 'T2']), cleaner)).toBe(
    expected,
  );
});

test.each(['1', '=', '路', 'a.', '张', ' ', 'A ', '(', '1.'])(
  'a long text of %j is cleaned in the time of a short one',
  (unit) => {
    const started = process.cpuUsage().user;
    cleaner(unit.repeat(60_000 / unit.length));
    // A search that grows with the square of the length would take minutes.
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(10);
  },
);
