import { expect, test } from 'vitest';
import { encodeGb18030 } from '../../../test/factories/index.ts';
import { MOST_LINES, readTable, writeTable } from './table.ts';

const ITEMS = new Set(['MR-01', 'MR-02', 'CT-01']);
const read = (table: string | Uint8Array) =>
  readTable(typeof table === 'string' ? Buffer.from(table) : table, 'h1', (code) => ITEMS.has(code));
const mapped = (table: string | Uint8Array): string[] => {
  const { mappings, errors } = read(table);
  return [
    ...mappings.map(({ code, scheme, name, itemCodes }) =>
      [code, scheme, name, itemCodes.join('+')].join('|'),
    ),
    ...errors.map(({ line }) => `error in line ${line}`),
  ];
};

const TABLE = 'code,scheme,name,items\r\n1001,99his,"颅脑, 平扫",MR-01\r\n,,头颅MRI增强,mr-02;MR-01\r\n';
const READ = ['1001|99HIS||MR-01', '||头颅MRI增强|MR-01+MR-02'];

test.each([
  ['UTF-8', Buffer.from(TABLE)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TABLE}`)],
  ['GB 18030', encodeGb18030(TABLE)],
  [
    'UTF-16 with tabs, as a spreadsheet says Unicode text',
    Buffer.from(`\uFEFF${TABLE.replace('颅脑, 平扫', '颅脑').replaceAll(',', '\t')}`, 'utf16le'),
  ],
  [
    'semicolons',
    Buffer.from(
      TABLE.replace('mr-02;MR-01', 'mr-02 MR-01').replace('颅脑, 平扫', '颅脑').replaceAll(',', ';'),
    ),
  ],
  [
    'Chinese headings in another order',
    Buffer.from('互认项目,检查名称,代码,编码体系\nMR-01,x,1001,99HIS\nMR-02 MR-01,头颅MRI增强,,'),
  ],
])('a table in %s is read', (_what, bytes) => {
  expect(mapped(bytes)).toEqual(READ);
});

test('an exam on no item says so; an empty cell is no decision', () => {
  expect(mapped('code,items\n1,-\n2,无\n3,\n,\n4,; ；\n')).toEqual([
    '1|||',
    '2|||',
    'error in line 4',
    'error in line 6',
  ]);
});

test('every line that does not fit is named with its reason in both languages', () => {
  const { mappings, errors } = read(
    [
      'code,scheme,name,items',
      '1001,,,MR-99',
      ',,,MR-01',
      'a code of many words,,,MR-01',
      `,,${'长'.repeat(65)},MR-01`,
      ',,20240101,MR-01',
      '1002,,,MR-01',
      '1002,,,MR-02',
      `1003,${'S'.repeat(17)},,MR-01`,
    ].join('\n'),
  );
  expect(mappings.map(({ code }) => code)).toEqual(['1002']);
  expect(errors.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 8, 9]);
  for (const { text } of errors) {
    expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(text.en).toMatch(/^[A-Z]/);
  }
});

test.each([
  ['nothing', ''],
  ['no headings', '1001,99HIS,头颅,MR-01'],
  ['a quote that is never closed', 'code,items\n"1001,MR-01\n'],
  ['a quote in the middle', 'code,items\n10"01,MR-01\n'],
  ['what is no text', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xff, 0, 0])],
  ['text with NUL', 'code,items\n10\x0001,MR-01'],
  ['a cell that is too long', `code,items\n1,${'x'.repeat(20_000)}`],
])('%s is an error, and maps nothing', (_what, table) => {
  const { mappings, errors } = read(table);
  expect(mappings).toEqual([]);
  expect(errors.length).toBeGreaterThan(0);
});

test('a table with too many lines is refused as a whole', () => {
  const table = `code,items\n${Array.from({ length: MOST_LINES + 1 }, (_, i) => `${i},MR-01`).join('\n')}`;
  expect(mapped(table)).toEqual([`error in line ${MOST_LINES + 2}`]);
});

test('a table of many errors lists some of them', () => {
  const table = `code,items\n${Array.from({ length: 5000 }, (_, i) => `${i},XX`).join('\n')}`;
  expect(read(table).errors).toHaveLength(100);
});

test('what is written is read again, and is no formula to a spreadsheet', () => {
  const exams = ['=A1+B', '+SUM', '-乙', '@SUM(A1)', '头颅 "MRI", 平扫', '头颅'];
  const table = writeTable([
    ...exams.map((name) => ({ hospital: 'h1', code: '', scheme: '', names: [name], itemCodes: ['MR-01'] })),
    { hospital: 'h1', code: '+1', scheme: '', names: ['=cmd'], itemCodes: [] },
  ]);
  expect(table.startsWith('\uFEFFcode,scheme,name,items\r\n')).toBe(true);
  for (const line of table.split('\r\n'))
    for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+@\t]|^"?-./);
  expect(mapped(table)).toEqual([
    '||=A1+B|MR-01',
    '||+SUM|MR-01',
    '||乙|MR-01',
    '||@SUM(A1)|MR-01',
    '||头颅 "MRI", 平扫|MR-01',
    '||头颅|MR-01',
    '+1|||',
  ]);
});
