import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { characterSet } from './characterSets.ts';
import { items, personName, text } from './dicomJson.ts';
import { readPart10 } from './part10Reader.ts';
import { element, item, part10Object, sequence } from './testObjects.ts';
import type { DicomWarning } from './types.ts';
import { detectEncoding } from './undeclaredText.ts';

const bytes = (...hex: string[]): Buffer => Buffer.from(hex.join('').replaceAll(' ', ''), 'hex');
const latin = (value: string): Buffer => Buffer.from(value, 'latin1');

/** GBK bytes of some words of the field. */
const GBK = {
  张三: bytes('d5c5 c8fd'),
  胸部平扫: bytes('d0d8 b2bf c6bd c9a8'),
  市人民医院: bytes('cad0 c8cb c3f1 d2bd d4ba'),
};

test.each([
  ['ISO_IR 100', 'Buc^Jérôme', latin('Buc^Jérôme')],
  ['ISO_IR 101', 'Wałęsa', bytes('57 61 b3 ea 73 61')],
  ['ISO_IR 144', 'Люкceмбypг', bytes('bb ee da 63 65 dc d1 79 70 d3')],
  ['ISO_IR 126', 'Διονυσιος', bytes('c4 e9 ef ed f5 f3 e9 ef f2')],
  ['ISO_IR 127', 'قباني', bytes('e2 c8 c7 e6 ea')],
  ['ISO_IR 138', 'שרון', bytes('f9 f8 e5 ef')],
  ['ISO_IR 166', 'นาม', bytes('b9 d2 c1')],
  ['ISO_IR 13', 'ﾔﾏﾀﾞ', bytes('d4 cf c0 de')],
  ['ISO_IR 192', '王^小东', Buffer.from('王^小东')],
  ['GB18030', '王^小东', bytes('cdf5 5e d0a1 b6ab')],
  ['GBK', '王^小东', bytes('cdf5 5e d0a1 b6ab')],
  ['ISO-IR 100', 'é', latin('é')],
  ['ISO 2022 IR 149', '길동', bytes('1b 24 29 43 b1e6 b5bf')],
  ['ISO 2022 IR 58', '张', bytes('1b 24 29 41 d5c5')],
])('%s gives %s', (term, expected, encoded) => {
  expect(characterSet([term]).unknown).toBe(false);
  expect(characterSet([term]).decode(encoded)).toBe(expected);
});

test('Japanese names change sets by escapes (PS3.5 Annex H)', () => {
  const encoded = Buffer.concat([
    Buffer.from('Yamada^Tarou='),
    bytes('1b2442 3b33 4544 1b2842 5e 1b2442 4240 4f3a 1b2842 3d'),
    bytes('1b2442 2464 245e 2440 1b2842 5e 1b2442 243f 246d 2426 1b2842'),
  ]);
  expect(characterSet(['', 'ISO 2022 IR 87']).decode(encoded)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
});

test('half-width katakana and kanji stand together', () => {
  const encoded = bytes('d4 cf c0 de 5e c0 db b3 3d 1b2442 3b33 4544 1b284a 5e 1b2442 4240 4f3a 1b284a');
  expect(characterSet(['ISO 2022 IR 13', 'ISO 2022 IR 87']).decode(encoded)).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎');
});

test('a Korean name is read whether or not the writer repeats the escape after a delimiter', () => {
  const escape = bytes('1b 24 29 43');
  const groups = [bytes('fbf3'), bytes('5e'), escape, bytes('d1ced4d7')];
  const korean = characterSet(['', 'ISO 2022 IR 149']);
  const repeated = korean.decode(Buffer.concat([latin('Hong='), escape, ...groups]));
  const once = korean.decode(Buffer.concat([latin('Hong='), escape, groups[0]!, groups[1]!, groups[3]!]));
  expect(repeated).toBe('Hong=洪^吉洞');
  expect(once).toBe(repeated);
});

test('Chinese with code extensions is read (PS3.5 Annex K)', () => {
  const encoded = Buffer.concat([latin('Zhang^XiaoDong='), bytes('1b242941 d5c5 5e 1b242941 d0a1b6ab 3d')]);
  expect(characterSet(['', 'ISO 2022 IR 58']).decode(encoded)).toBe('Zhang^XiaoDong=张^小东=');
});

test('an unknown term is said to be unknown', () => {
  expect(characterSet(['ISO_IR 999']).unknown).toBe(true);
  const { warnings } = readPart10(part10Object({ before: [element('00080005', 'CS', 'KLINGON')] }));
  expect(warnings).toContainEqual({ code: 'UNKNOWN_CHARACTER_SET', tag: '00080005' });
});

test('a multi-byte character that holds a backslash byte is not split', () => {
  const before = [element('00080005', 'CS', 'GB18030'), element('00081030', 'LO', bytes('955c 5c 955c'))];
  expect(readPart10(part10Object({ before })).dataset['00081030']?.Value).toEqual(['昞', '昞']);
});

function chinese(
  charset: string | null,
  description: Uint8Array,
  name: Uint8Array,
): { values: string[]; warnings: DicomWarning[] } {
  const { dataset, warnings } = readPart10(
    part10Object({
      before: [
        ...(charset === null ? [] : [element('00080005', 'CS', charset)]),
        element('00081030', 'LO', description),
        element('00100010', 'PN', name),
      ],
    }),
  );
  const { Alphabetic = '', Ideographic = '' } = personName(dataset, '00100010');
  return { values: [text(dataset, '00081030'), Alphabetic, Ideographic], warnings };
}

const WRONG: DicomWarning = { code: 'WRONG_CHARACTER_SET', tag: '00080005' };

test.each([null, 'ISO_IR 100', 'ISO_IR 6', 'ISO_IR 192'])(
  'GBK bytes under %s are read as Chinese, with a warning',
  (charset) => {
    const name = Buffer.concat([latin('Zhang^San='), GBK.张三]);
    const { values, warnings } = chinese(charset, Buffer.concat([latin('CT'), GBK.胸部平扫]), name);
    expect(values).toEqual(['CT胸部平扫', 'Zhang^San', '张三']);
    expect(warnings).toEqual([WRONG]);
  },
);

test.each([null, 'ISO_IR 100'])(
  'UTF-8 bytes under %s are read as what they are, with a warning',
  (charset) => {
    const { values, warnings } = chinese(charset, Buffer.from('胸部平扫'), Buffer.from('Zhang^San=张三'));
    expect(values).toEqual(['胸部平扫', 'Zhang^San', '张三']);
    expect(warnings).toEqual([WRONG]);
  },
);

test('Chinese that is declared rightly gives no warning', () => {
  expect(chinese('GB18030', GBK.胸部平扫, GBK.张三)).toEqual({
    values: ['胸部平扫', '张三', ''],
    warnings: [],
  });
  const utf8 = chinese('ISO_IR 192', Buffer.from('胸部'), Buffer.from('张三'));
  expect(utf8).toEqual({ values: ['胸部', '张三', ''], warnings: [] });
});

test('one rare character does not hide the common ones beside it', () => {
  const rare = Buffer.concat([GBK.市人民医院, bytes('e946')]);
  expect(detectEncoding([rare])).toBe('gb18030');
});

test.each([
  ['French', 'Hôpital Européen, Jérôme Lefèvre'],
  ['German', 'Müller^Jürgen Schädel Größe'],
  ['Portuguese', 'Coração, INSTITUIÇÃO SÃO JOSÉ'],
  ['Nordic', 'Åsa Öström, blåbærgrød'],
  ['one letter', 'é'],
  ['degrees', '37°C ± 2'],
])('%s text in Latin-1 stays Latin-1', (_name, value) => {
  expect(detectEncoding([latin(value)])).toBeNull();
  expect(chinese('ISO_IR 100', latin(value), latin('A^B')).values[0]).toBe(value);
});

test('capitals in a Cyrillic set are not taken for Chinese', () => {
  expect(detectEncoding([bytes('c8c2c0cdcec2')])).toBeNull();
});

test('items inherit the repertoire of their dataset unless they declare their own', () => {
  const name = (encoded: Uint8Array): Buffer => element('00100010', 'PN', encoded);
  const before = [
    element('00080005', 'CS', 'GB18030'),
    sequence('00081115', [
      item(name(GBK.张三)),
      item(element('00080005', 'CS', 'ISO_IR 192'), name(Buffer.from('李四'))),
      item(name(GBK.张三)),
    ]),
  ];
  const names = items(readPart10(part10Object({ before })).dataset, '00081115').map((each) =>
    text(each, '00100010'),
  );
  expect(names).toEqual(['张三', '李四', '张三']);
});

test.each([
  ['a declared repertoire', 'GB18030', GBK.张三],
  ['a wrong declaration', 'ISO_IR 100', GBK.胸部平扫],
  ['the default repertoire', 'ISO_IR 6', Buffer.from('A')],
  ['no declaration', null, GBK.胸部平扫],
])(
  'with %s the dataset says what the stored object declares, though its text is Unicode',
  (_what, declared, name) => {
    const before = declared === null ? [] : [element('00080005', 'CS', declared)];
    const { dataset } = readPart10(part10Object({ before, after: [element('00204000', 'LT', name)] }));
    expect(dataset['00080005']?.Value).toEqual(declared === null ? undefined : [declared]);
  },
);
