import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { characterSet } from './characterSets.ts';
import { isUtf8Chinese } from './misdeclaredChinese.ts';
import { personName, text } from './dicomJson.ts';
import { readPart10 } from './part10Reader.ts';
import { rewriteHead } from './rewriteHead.ts';
import { textEncoder } from './textEncoder.ts';
import { element, part10Object } from './testObjects.ts';

const WRONG = { code: 'WRONG_CHARACTER_SET', tag: '00080005' };
const DECLARATIONS = ['GB18030', 'GBK', 'ISO 2022 IR 58', '\\ISO 2022 IR 58', 'ISO_IR 100\\ISO 2022 IR 58'];

const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳臧濮宓妫姒阚缪岑娄戚晏佟邬栾佘谌冼蔺伊仝郜漆';
const GIVEN =
  '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂红建国华志文玉海波春梅琳晶鑫龙飞鹏宇浩然子涵轩梓欣怡雨泽思博佳雪晨瑞凯健云辉峰斌宁琴素珍莉燕彬山仁凤洁娥淑惠珠翠雅芝萍瑶昕喆玥煜晟睿琪琦婧倩颖';

/** A dataset that declares `charset` and has these bytes as description and patient's name. */
function read(charset: string, description: Uint8Array, name: Uint8Array) {
  const { dataset, warnings } = readPart10(
    part10Object({
      before: [
        element('00080005', 'CS', charset),
        element('00081030', 'LO', description),
        element('00100010', 'PN', name),
      ],
    }),
  );
  return { description: text(dataset, '00081030'), name: personName(dataset, '00100010'), warnings };
}

describe.each(DECLARATIONS)('declared as %s', (declared) => {
  test.each(['李四', '王小明', '张^三', '吴', '喆', '欧阳^娜娜', '昕玥'])(
    'the name %s in UTF-8 is read as such, with a warning',
    (name) => {
      const found = read(declared, Buffer.from('胸部CT平扫'), Buffer.from(`Any^Name=${name}`));
      expect(found.name).toEqual({ Alphabetic: 'Any^Name', Ideographic: name });
      expect(found.description).toBe('胸部CT平扫');
      expect(found.warnings).toEqual([WRONG]);
    },
  );
});

test('a name in UTF-8 beside text that is declared rightly is read as such, and the text as declared', () => {
  const gbk = textEncoder(['GBK'])('市人民医院') ?? Buffer.alloc(0);
  const found = read('GBK', gbk, Buffer.from('李四'));
  expect(found).toEqual({ description: '市人民医院', name: { Alphabetic: '李四' }, warnings: [WRONG] });
});

test('no name of common surnames and given names in GBK is taken for UTF-8', () => {
  const gbk = characterSet(['GBK']);
  const encode = textEncoder(['GBK']);
  let names = 0;
  const taken: string[] = [];
  const judge = (name: string): void => {
    names++;
    if (isUtf8Chinese(encode(name) ?? Buffer.alloc(0), gbk)) taken.push(name);
  };
  for (const surname of SURNAMES) {
    for (const first of GIVEN) {
      judge(surname + first);
      judge(`${surname}^${first}`);
      for (const second of GIVEN.slice(0, 40)) judge(surname + first + second);
    }
  }
  expect(names).toBeGreaterThan(500_000);
  expect(taken).toEqual([]);
});

test('nearly all names in UTF-8 are recognised under GBK', () => {
  const gbk = characterSet(['GBK']);
  let names = 0;
  const missed: string[] = [];
  for (const surname of SURNAMES)
    for (const given of GIVEN)
      for (const name of [surname + given, `${surname}^${given}`]) {
        names++;
        if (!isUtf8Chinese(Buffer.from(name), gbk)) missed.push(name);
      }
  expect(missed.length / names).toBeLessThan(0.001);
});

test.each([
  ['GB18030', 'CT 37℃±2，左侧（正位）'],
  ['GBK', '茅台镇医院'],
  ['GB18030', '镕喆堃'],
  // The bytes of each are well-formed UTF-8 with Han characters.
  ['GBK', '姒翠华'],
  ['GBK', '宓玥梅'],
])('right text under %s stays as it is, without a warning', (declared, words) => {
  const bytes = textEncoder(['GB18030'])(words) ?? Buffer.alloc(0);
  expect(read(declared, bytes, Buffer.from('A^B'))).toEqual({
    description: words,
    name: { Alphabetic: 'A^B' },
    warnings: [],
  });
});

test.each([
  ['GB18030', Buffer.from([0x43, 0x54, 0xff, 0x20])],
  ['GBK', Buffer.from([0xd5, 0xc5, 0x80 + 0x7f])],
  ['\\ISO 2022 IR 58', Buffer.from('1b242941d5c5ff20', 'hex')],
  ['\\ISO 2022 IR 149', Buffer.from('1b242943ffff', 'hex')],
])('bytes that are no text of %s are warned of', (declared, bytes) => {
  expect(read(declared, bytes, Buffer.from('A^B')).warnings).toEqual([WRONG]);
});

test('where such an object is rewritten with new text, its UTF-8 text keeps its meaning', () => {
  const object = part10Object({
    before: [element('00080005', 'CS', 'GBK'), element('00081030', 'LO', Buffer.from('胸部平扫'))],
  });
  const { prefix, dataset } = rewriteHead(object, {
    from: '1.2.840.10008.1.2.1',
    to: '1.2.840.10008.1.2.1',
    changes: { '00100010': { vr: 'PN', Value: [{ Alphabetic: '李四' }] } },
    pixelDataFollows: false,
  });
  const again = readPart10(Buffer.concat([prefix, dataset]));
  expect(text(again.dataset, '00081030')).toBe('胸部平扫');
  expect(personName(again.dataset, '00100010')).toEqual({ Alphabetic: '李四' });
  expect(again.warnings).toEqual([]);
});
