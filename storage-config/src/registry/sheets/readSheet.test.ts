import { expect, test } from 'vitest';
import { writeCsv } from '../../writeCsv.ts';
import { readSheet } from './readSheet.ts';
import { workbookParts, zipOf } from './testing.ts';
import { SHEET_LIMITS, UnreadableSheet } from './unreadableSheet.ts';

const workbook = (rows: string) => zipOf(workbookParts(rows));
const refused = async (bytes: Uint8Array): Promise<UnreadableSheet> => {
  const error: unknown = await readSheet(bytes).catch((thrown: unknown) => thrown);
  if (!(error instanceof UnreadableSheet)) throw new Error('it was read');
  expect(error.text.zh).toMatch(/\p{Script=Han}/u);
  return error;
};

test('a workbook is read with shared and own texts, days, numbers and gaps, under its own line numbers', async () => {
  const lines = await readSheet(
    workbook(
      `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
       <row r="2"><c r="A2"/></row>
       <row r="5"><c r="A5" t="inlineStr"><is><t> a&amp;b </t></is></c><c r="B5" s="1"><v>46280</v></c><c r="C5" s="2"><v>46280.5</v></c>
         <c r="D5"><v>12</v></c><c r="E5" t="b"><v>1</v></c><c r="F5" t="d"><v>2026-09-15T00:00:00</v></c></row>`,
    ),
  );
  expect(lines).toEqual([
    { line: 1, cells: ['医院代码', '', '龙南市'], formulas: [] },
    { line: 5, cells: ['a&b', '2026-09-15', '2026-09-15', '12', '1', '2026-09-15'], formulas: [] },
  ]);
});

test('formulas are named, and neither evaluated nor believed', async () => {
  const [line] = await readSheet(workbook('<row r="1"><c r="B1" s="1"><f>TODAY()</f><v>46280</v></c></row>'));
  expect(line).toEqual({ line: 1, cells: ['', ''], formulas: [1] });
});

test('a ZIP bomb is not unpacked beyond the bound', async () => {
  const parts = workbookParts('');
  const bomb = zipOf({
    ...parts,
    'xl/worksheets/sheet1.xml': Buffer.alloc(SHEET_LIMITS.unpackedBytes + 1, 0x20),
  });
  expect(bomb.length).toBeLessThan(200_000);
  expect((await refused(bomb)).text.en).toContain('too large');
});

test('a file that is too large, or has too many lines, is refused', async () => {
  expect((await refused(Buffer.alloc(SHEET_LIMITS.bytes + 1, 0x20))).text.en).toContain('too large');
  const rows = '<row><c><v>1</v></c></row>'.repeat(SHEET_LIMITS.lines + 1);
  expect((await refused(workbook(rows))).line).toBe(SHEET_LIMITS.lines + 1);
  expect((await refused(Buffer.from('a,b\n'.repeat(SHEET_LIMITS.lines + 1)))).line).toBe(
    SHEET_LIMITS.lines + 1,
  );
});

test('document types, and with them entities that grow, are refused', async () => {
  const parts = workbookParts('');
  const sheet = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData/></worksheet>';
  await refused(zipOf({ ...parts, 'xl/worksheets/sheet1.xml': sheet }));
});

test.each([
  ['an old or an encrypted workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1])],
  ['encrypted entries', zipOf(workbookParts(''), 1)],
  ['an archive that is cut', zipOf(workbookParts('')).subarray(0, 200)],
  ['an archive of something else', zipOf({ 'word/document.xml': '<x/>' })],
  ['XML that is not well-formed', zipOf({ ...workbookParts(''), 'xl/worksheets/sheet1.xml': '<a><b></a>' })],
  ['a text in no known encoding', Buffer.from([0x61, 0xff, 0xff, 0xff, 0x0a])],
  ['a quote that is not closed', Buffer.from('a,"b\nc,d\n')],
])('%s is refused with words', async (_what, bytes) => {
  await refused(bytes);
});

test('CSV is read in the encodings of Chinese spreadsheets, by comma, semicolon or tab', async () => {
  const gb18030 = Buffer.from([0xd2, 0xbd, 0xd4, 0xba, 0xb4, 0xfa, 0xc2, 0xeb, 0x2c, 0x62, 0x0a]);
  expect((await readSheet(gb18030))[0]?.cells).toEqual(['医院代码', 'b']);
  expect((await readSheet(Buffer.from('\uFEFF医院;b;c,d\n')))[0]?.cells).toEqual(['医院', 'b', 'c,d']);
  expect((await readSheet(Buffer.from('\uFEFF医院\tb\n', 'utf16le')))[0]?.cells).toEqual(['医院', 'b']);
});

test('what is written as CSV is read again, and no spreadsheet takes it for a formula', async () => {
  const lines = [
    ['a', '=1+1', '"x",y', ''],
    ['-', '-1', '@b', '第一行\n第二行'],
    ['＝1+1', '＋1', '－1', '＠b'],
  ];
  const text = writeCsv(lines);
  expect(text).not.toMatch(/(^|,|\n)([=@＝＋－＠]|-[^,])/);
  expect(writeCsv([['a', ' =1+1', '\u3000＝1']])).toBe("\uFEFFa,' =1+1,'\u3000＝1\r\n");
  expect((await readSheet(Buffer.from(text))).map(({ cells }) => cells)).toEqual(lines);
});

test('a line end within a cell of CSV ends no line, whichever it is', async () => {
  const lines = [
    ['第一行\n=1+1', 'b'],
    ['c\r=1+1', 'd\r\n=1+1'],
  ];
  expect(writeCsv(lines)).toBe('\uFEFF"第一行\n=1+1",b\r\n"c\r=1+1","d\r\n=1+1"\r\n');
  expect((await readSheet(Buffer.from(writeCsv(lines)))).map(({ cells }) => cells)).toEqual(lines);
});
