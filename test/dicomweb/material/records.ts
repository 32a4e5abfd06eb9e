import { encodeGb18030 } from '../../factories/gb18030.ts';
import { SOP_CLASS } from '../../factories/instance.ts';
import type { World } from '../world.ts';
import { dicomFile, type Dataset, type FileOptions } from './dataset.ts';

export interface Identity {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

/** An instance without pixels of its own, stored once a run. */
export function record(
  world: World,
  seed: string,
  more: Dataset,
  options: FileOptions = {},
): Promise<Identity> {
  return world.once(`record ${seed}`, async () => {
    const identity = {
      studyInstanceUid: world.uid(`record/${seed}/study`),
      seriesInstanceUid: world.uid(`record/${seed}/series`),
      sopInstanceUid: world.uid(`record/${seed}`),
    };
    const file = dicomFile(
      {
        SpecificCharacterSet: 'ISO_IR 192',
        SOPClassUID: SOP_CLASS.SECONDARY_CAPTURE,
        SOPInstanceUID: identity.sopInstanceUid,
        StudyDate: '20260303',
        StudyTime: '111213',
        AccessionNumber: '',
        Modality: 'OT',
        PatientName: 'Record^One',
        PatientID: `${world.run}-REC`,
        PatientBirthDate: '',
        PatientSex: '',
        StudyInstanceUID: identity.studyInstanceUid,
        SeriesInstanceUID: identity.seriesInstanceUid,
        StudyID: '1',
        SeriesNumber: 1,
        InstanceNumber: 1,
        ...more,
      },
      options,
    );
    await world.given(`record ${seed}`, () => [file]);
    return identity;
  });
}

const bytes = (length: number, seed = 7): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * seed) & 255));

/** Large enough that no server keeps it inline. */
export const LARGE = bytes(70_000, 13);
export const NESTED = bytes(50_000, 29);
export const LONG_TEXT = '长文本 long text. '.repeat(4000).trim();
export const PDF = Buffer.concat([
  Buffer.from('%PDF-1.4\n%suite\n'),
  bytes(9_001, 3),
  Buffer.from('\n%%EOF'),
]);

const SMALL = bytes(8);
const u64 = (value: bigint): Buffer => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(value);
  return out;
};

/** An attribute of every VR, public where there is one, else private; with its JSON form (Table F.2.3-1). */
export const EVERY_VR: { vr: string; tag: string; write: Dataset; json: unknown[] | Uint8Array }[] = [
  { vr: 'AE', tag: '00080054', write: { RetrieveAETitle: ['AE_ONE', 'AE TWO'] }, json: ['AE_ONE', 'AE TWO'] },
  { vr: 'AS', tag: '00101010', write: { PatientAge: '042Y' }, json: ['042Y'] },
  { vr: 'AT', tag: '00280009', write: { FrameIncrementPointer: '00181063' }, json: ['00181063'] },
  {
    vr: 'CS',
    tag: '00080008',
    write: { ImageType: ['ORIGINAL', 'PRIMARY', 'SUITE'] },
    json: ['ORIGINAL', 'PRIMARY', 'SUITE'],
  },
  { vr: 'DA', tag: '00080022', write: { AcquisitionDate: '20260304' }, json: ['20260304'] },
  { vr: 'DS', tag: '00280030', write: { PixelSpacing: [0.5, 1.25] }, json: [0.5, 1.25] },
  {
    vr: 'DT',
    tag: '0008002A',
    write: { AcquisitionDateTime: '20260304101112.123456+0800' },
    json: ['20260304101112.123456+0800'],
  },
  { vr: 'FL', tag: '00186020', write: { '00186020': { vr: 'SL', value: [-5] } }, json: [-5] },
  { vr: 'FD', tag: '00189087', write: { DiffusionBValue: 1000.5 }, json: [1000.5] },
  { vr: 'IS', tag: '00200012', write: { AcquisitionNumber: 12 }, json: [12] },
  { vr: 'LO', tag: '00080080', write: { InstitutionName: '测试医院' }, json: ['测试医院'] },
  {
    vr: 'LT',
    tag: '00104000',
    write: { PatientComments: 'first\r\nsecond \\ line' },
    json: ['first\r\nsecond \\ line'],
  },
  { vr: 'OB', tag: '00191010', write: { '00191010': { vr: 'OB', value: SMALL } }, json: SMALL },
  { vr: 'OD', tag: '00191011', write: { '00191011': { vr: 'OD', value: SMALL } }, json: SMALL },
  { vr: 'OF', tag: '00191012', write: { '00191012': { vr: 'OF', value: SMALL } }, json: SMALL },
  { vr: 'OL', tag: '00191013', write: { '00191013': { vr: 'OL', value: SMALL } }, json: SMALL },
  { vr: 'OV', tag: '00191014', write: { '00191014': { vr: 'OV', value: SMALL } }, json: SMALL },
  { vr: 'OW', tag: '00191015', write: { '00191015': { vr: 'OW', value: SMALL } }, json: SMALL },
  {
    vr: 'PN',
    tag: '00081050',
    write: { PerformingPhysicianName: ['Li^Si=李^四', 'Smith^John'] },
    json: [{ Alphabetic: 'Li^Si', Ideographic: '李^四' }, { Alphabetic: 'Smith^John' }],
  },
  {
    vr: 'SH',
    tag: '00080094',
    write: { ReferringPhysicianTelephoneNumbers: '010-1234' },
    json: ['010-1234'],
  },
  { vr: 'SL', tag: '00191016', write: { '00191016': { vr: 'SL', value: [-70000, 3] } }, json: [-70000, 3] },
  { vr: 'SS', tag: '00191017', write: { '00191017': { vr: 'SS', value: [-7, 8] } }, json: [-7, 8] },
  { vr: 'ST', tag: '00080081', write: { InstitutionAddress: 'Road 1\r\nCity' }, json: ['Road 1\r\nCity'] },
  { vr: 'SV', tag: '00191018', write: { '00191018': { vr: 'SV', value: [-12] } }, json: [-12] },
  { vr: 'TM', tag: '00080032', write: { AcquisitionTime: '101112.123' }, json: ['101112.123'] },
  {
    vr: 'UC',
    tag: '00191019',
    write: { '00191019': { vr: 'UC', value: ['unlimited', 'characters'] } },
    json: ['unlimited', 'characters'],
  },
  { vr: 'UI', tag: '00081195', write: { TransactionUID: '1.2.3.4.5' }, json: ['1.2.3.4.5'] },
  {
    vr: 'UL',
    tag: '0019101A',
    write: { '0019101A': { vr: 'UL', value: [4_000_000_000] } },
    json: [4_000_000_000],
  },
  { vr: 'UN', tag: '0019101B', write: { '0019101B': { vr: 'UN', value: SMALL } }, json: SMALL },
  {
    vr: 'UR',
    tag: '0019101C',
    write: { '0019101C': { vr: 'UR', value: ['http://example.org/a?b=c'] } },
    json: ['http://example.org/a?b=c'],
  },
  { vr: 'US', tag: '0019101D', write: { '0019101D': { vr: 'US', value: [65535, 0] } }, json: [65535, 0] },
  {
    vr: 'UT',
    tag: '0019101E',
    write: { '0019101E': { vr: 'UT', value: ['unlimited text'] } },
    json: ['unlimited text'],
  },
  { vr: 'UV', tag: '0019101F', write: { '0019101F': { vr: 'OV', value: u64(5n) } }, json: u64(5n) },
].filter(({ vr }) => vr !== 'FL' && vr !== 'UV');

EVERY_VR.push(
  { vr: 'FL', tag: '00191020', write: { '00191020': { vr: 'FL', value: [1.5, -2.25] } }, json: [1.5, -2.25] },
  { vr: 'UV', tag: '00191021', write: { '00191021': { vr: 'UV', value: [5] } }, json: [5] },
);

/** One instance with everything: every VR, empty values, sequences in sequences, private data, large values. */
export const everything = (world: World): Promise<Identity> =>
  record(world, 'everything', {
    '00190010': { vr: 'LO', value: ['SUITE EVERY VR'] },
    ...EVERY_VR.reduce<Dataset>((whole, { write }) => ({ ...whole, ...write }), {}),
    StudyDescription: '',
    ImageComments: 'a line\r\n\r\n',
    OtherPatientIDs: undefined,
    OtherPatientNames: ['First^Other', '', 'Third^Other'],
    ReferringPhysicianName: '',
    ReferencedStudySequence: [],
    RequestAttributesSequence: [
      {
        ScheduledProcedureStepID: 'ONE',
        ScheduledProtocolCodeSequence: [
          { CodeValue: 'C1', CodingSchemeDesignator: '99S', CodeMeaning: '含义' },
        ],
      },
      { ScheduledProcedureStepID: 'TWO' },
    ],
    IconImageSequence: [
      {
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: 200,
        Columns: 250,
        BitsAllocated: 8,
        BitsStored: 8,
        HighBit: 7,
        PixelRepresentation: 0,
        PixelData: { vr: 'OB', value: NESTED },
      },
    ],
    '00210010': { vr: 'LO', value: ['SUITE LARGE'] },
    '00211001': { vr: 'OB', value: LARGE },
    '00211002': { vr: 'UT', value: [LONG_TEXT] },
    '00211003': {
      vr: 'SQ',
      value: [{ '00211004': { vr: 'OW', value: NESTED } }] as unknown as (string | number)[],
    },
  });

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A person name in a character set: its bytes and what it reads as (most from PS3.5 Annexes H, I, J, K). */
export interface NamedCharacterSet {
  id: string;
  term: string;
  bytes: Uint8Array;
  alphabetic: string;
  ideographic?: string;
  phonetic?: string;
  /** Where the declaration is wrong: beyond the standard. */
  wrong?: boolean;
}

export const CHARACTER_SETS: NamedCharacterSet[] = [
  { id: 'ascii', term: '', bytes: latin('Adams^John'), alphabetic: 'Adams^John' },
  { id: 'latin1', term: 'ISO_IR 100', bytes: latin('Buc^Jérôme'), alphabetic: 'Buc^Jérôme' },
  {
    id: 'latin2',
    term: 'ISO_IR 101',
    bytes: hex('57 61 b3 ea 73 61 5e 4c 65 63 68'),
    alphabetic: 'Wałęsa^Lech',
  },
  {
    id: 'cyrillic',
    term: 'ISO_IR 144',
    bytes: hex('bb ee da 63 65 dc d1 79 70 d3'),
    alphabetic: 'Люкceмбypг',
  },
  {
    id: 'arabic',
    term: 'ISO_IR 127',
    bytes: hex('e2 c8 c7 e6 ea 5e e4 e6 d2 c7 d1'),
    alphabetic: 'قباني^لنزار',
  },
  { id: 'greek', term: 'ISO_IR 126', bytes: hex('c4 e9 ef ed f5 f3 e9 ef f2'), alphabetic: 'Διονυσιος' },
  { id: 'hebrew', term: 'ISO_IR 138', bytes: hex('f9 f8 e5 ef 5e e3 e1 e5 f8 e4'), alphabetic: 'שרון^דבורה' },
  { id: 'latin5', term: 'ISO_IR 148', bytes: hex('c7 61 76 75 fe 6f f0 6c 75'), alphabetic: 'Çavuşoğlu' },
  { id: 'thai', term: 'ISO_IR 166', bytes: hex('ca c1 aa d2 c2'), alphabetic: 'สมชาย' },
  {
    id: 'japanese-escapes',
    term: '\\ISO 2022 IR 87',
    bytes: Buffer.concat([
      latin('Yamada^Tarou='),
      hex('1b2442 3b33 4544 1b2842 5e 1b2442 4240 4f3a 1b2842'),
      latin('='),
      hex('1b2442 2464 245e 2440 1b2842 5e 1b2442 243f 246d 2426 1b2842'),
    ]),
    alphabetic: 'Yamada^Tarou',
    ideographic: '山田^太郎',
    phonetic: 'やまだ^たろう',
  },
  {
    id: 'japanese-jisx0201',
    term: 'ISO 2022 IR 13\\ISO 2022 IR 87',
    bytes: Buffer.concat([
      hex('d4cfc0de 5e c0dbb3 3d'),
      hex('1b2442 3b33 4544 1b284a 5e 1b2442 4240 4f3a 1b284a'),
      latin('='),
      hex('1b2442 2464 245e 2440 1b284a 5e 1b2442 243f 246d 2426 1b284a'),
    ]),
    alphabetic: 'ﾔﾏﾀﾞ^ﾀﾛｳ',
    ideographic: '山田^太郎',
    phonetic: 'やまだ^たろう',
  },
  {
    id: 'korean',
    term: '\\ISO 2022 IR 149',
    bytes: Buffer.concat([
      latin('Hong^Gildong='),
      hex('1b242943 fbf3 5e 1b242943 d1ce d4d7 3d'),
      hex('1b242943 c8ab 5e 1b242943 b1e6 b5bf'),
    ]),
    alphabetic: 'Hong^Gildong',
    ideographic: '洪^吉洞',
    phonetic: '홍^길동',
  },
  {
    id: 'chinese-gb2312-escapes',
    term: '\\ISO 2022 IR 58',
    bytes: Buffer.concat([latin('Zhang^XiaoDong='), hex('1b242941 d5c5 5e 1b242941 d0a1 b6ab 3d')]),
    alphabetic: 'Zhang^XiaoDong',
    ideographic: '张^小东',
  },
  {
    id: 'gb18030',
    term: 'GB18030',
    bytes: encodeGb18030('Wang^XiaoDong=王^小东'),
    alphabetic: 'Wang^XiaoDong',
    ideographic: '王^小东',
  },
  {
    id: 'gb18030-four-bytes',
    term: 'GB18030',
    // U+20320, outside of GBK, has a form of four bytes.
    bytes: Buffer.concat([latin('Ji^Ye='), hex('9532d236'), latin('^'), encodeGb18030('野')]),
    alphabetic: 'Ji^Ye',
    ideographic: '𠌠^野',
  },
  {
    id: 'gbk',
    term: 'GBK',
    bytes: encodeGb18030('Zhu^Rongji=朱^镕基'),
    alphabetic: 'Zhu^Rongji',
    ideographic: '朱^镕基',
  },
  {
    id: 'utf8',
    term: 'ISO_IR 192',
    bytes: Buffer.from('Wang^XiaoDong=王^小東='),
    alphabetic: 'Wang^XiaoDong',
    ideographic: '王^小東',
  },
  {
    id: 'wrong-gbk-as-latin1',
    term: 'ISO_IR 100',
    bytes: encodeGb18030('Zhang^San=张^三'),
    alphabetic: 'Zhang^San',
    ideographic: '张^三',
    wrong: true,
  },
  {
    id: 'wrong-gbk-undeclared',
    term: '',
    bytes: encodeGb18030('李^四光'),
    alphabetic: '李^四光',
    wrong: true,
  },
  ...['GB18030', 'GBK', '\\ISO 2022 IR 58'].map((term) => ({
    id: `wrong-utf8-as-${term.slice(-2)}`,
    term,
    bytes: Buffer.from('Li^Si=李^四'),
    alphabetic: 'Li^Si',
    ideographic: '李^四',
    wrong: true,
  })),
  {
    id: 'wrong-utf8-as-latin1',
    term: 'ISO_IR 100',
    bytes: Buffer.from('Zhao^Liu=赵^六'),
    alphabetic: 'Zhao^Liu',
    ideographic: '赵^六',
    wrong: true,
  },
];
