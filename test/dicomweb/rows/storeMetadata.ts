import {
  datasets,
  equal,
  holds,
  multiparts,
  name,
  sameBytes,
  status,
  value,
  values,
  type JsonDataset,
} from '../check.ts';
import { SOP_CLASS } from '../../factories/instance.ts';
import {
  encodeHtj2k,
  encodeJpeg2000,
  encodeJpegBaseline,
  encodeJpegLs,
  encodeRle,
  picture,
  type Samples,
} from '../material/encoders.ts';
import type { Answer, Request } from '../http.ts';
import type { PartToSend } from '../multipart.ts';
import { row, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';
import { isStored, postParts, storeResponse } from './store.ts';
import sharp from 'sharp';

interface Identity {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

const identity = (world: World, seed: string): Identity => ({
  studyInstanceUid: world.uid(`json/${seed}/study`),
  seriesInstanceUid: world.uid(`json/${seed}/series`),
  sopInstanceUid: world.uid(`json/${seed}`),
});

const SIZE = { rows: 16, columns: 12 };
const grey = (bits: 8 | 16): Samples => {
  const bytes = Buffer.alloc(SIZE.rows * SIZE.columns * (bits / 8));
  for (let i = 0; i < SIZE.rows * SIZE.columns; i++) {
    if (bits === 8) bytes[i] = (i * 3) % 256;
    else bytes.writeUInt16LE((i * 17) % 4096, i * 2);
  }
  return {
    ...SIZE,
    samplesPerPixel: 1,
    bitsAllocated: bits,
    bitsStored: bits === 8 ? 8 : 12,
    signed: false,
    bytes,
  };
};

/** Metadata of an instance in the DICOM JSON Model, without pixel data. */
function metadata(world: World, ids: Identity, more: JsonDataset = {}): JsonDataset {
  const dataset: JsonDataset = {
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '00080016': { vr: 'UI', Value: [SOP_CLASS.SECONDARY_CAPTURE] },
    '00080018': { vr: 'UI', Value: [ids.sopInstanceUid] },
    '00080020': { vr: 'DA', Value: ['20260401'] },
    '00080030': { vr: 'TM', Value: ['101500'] },
    '00080050': { vr: 'SH' },
    '00080060': { vr: 'CS', Value: ['OT'] },
    '00080090': { vr: 'PN' },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Json^Jiesong', Ideographic: '杰森^一' }] },
    '00100020': { vr: 'LO', Value: [`${world.run}-JSON`] },
    '00100030': { vr: 'DA' },
    '00100040': { vr: 'CS', Value: ['F'] },
    '0020000D': { vr: 'UI', Value: [ids.studyInstanceUid] },
    '0020000E': { vr: 'UI', Value: [ids.seriesInstanceUid] },
    '00200010': { vr: 'SH', Value: ['J1'] },
    '00200011': { vr: 'IS', Value: [3] },
    '00200013': { vr: 'IS', Value: [1] },
    ...more,
  };
  return Object.fromEntries(Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const pixelModule = (
  samples: Samples,
  photometric = samples.samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
): JsonDataset => ({
  '00280002': { vr: 'US', Value: [samples.samplesPerPixel] },
  '00280004': { vr: 'CS', Value: [photometric] },
  ...(samples.samplesPerPixel === 3 ? { '00280006': { vr: 'US', Value: [0] } } : {}),
  '00280010': { vr: 'US', Value: [samples.rows] },
  '00280011': { vr: 'US', Value: [samples.columns] },
  '00280030': { vr: 'DS', Value: [0.5, 0.5] },
  '00280100': { vr: 'US', Value: [samples.bitsAllocated] },
  '00280101': { vr: 'US', Value: [samples.bitsStored] },
  '00280102': { vr: 'US', Value: [samples.bitsStored - 1] },
  '00280103': { vr: 'US', Value: [0] },
});

const bulk = (location: string, type: string, body: Uint8Array): PartToSend => ({
  headers: { 'Content-Type': type, 'Content-Location': location },
  body,
});

export function postJson(
  all: readonly JsonDataset[],
  bulkParts: readonly PartToSend[] = [],
  path = '/studies',
): Request {
  return postParts(
    [
      { headers: { 'Content-Type': 'application/dicom+json' }, body: Buffer.from(JSON.stringify(all)) },
      ...bulkParts,
    ],
    { path, contentType: 'multipart/related; type="application/dicom+json"; boundary=suite-edge' },
  );
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ESCAPES[c]!);

/** A dataset as a Native DICOM Model (PS3.19 A.1). */
export function nativeXml(dataset: JsonDataset): string {
  const attributes = Object.entries(dataset).map(([tag, attribute]) => {
    const { vr = 'UN', Value = [], BulkDataURI, InlineBinary } = attribute ?? {};
    const content =
      BulkDataURI !== undefined
        ? `<BulkData uri="${escaped(BulkDataURI)}"/>`
        : InlineBinary !== undefined
          ? `<InlineBinary>${InlineBinary}</InlineBinary>`
          : Value.map((each, i) => {
              const number = i + 1;
              if (vr === 'SQ') return `<Item number="${number}">${inner(each as JsonDataset)}</Item>`;
              if (vr !== 'PN') return `<Value number="${number}">${escaped(String(each))}</Value>`;
              const groups = Object.entries(each as Record<string, string>).map(([group, text]) => {
                const [family = '', given = ''] = text.split('^');
                return `<${group}><FamilyName>${escaped(family)}</FamilyName><GivenName>${escaped(given)}</GivenName></${group}>`;
              });
              return `<PersonName number="${number}">${groups.join('')}</PersonName>`;
            }).join('');
    return `<DicomAttribute tag="${tag}" vr="${vr}">${content}</DicomAttribute>`;
  });
  function inner(item: JsonDataset): string {
    return nativeXml(item).replace(/^.*?<NativeDicomModel[^>]*>|<\/NativeDicomModel>$/gs, '');
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve">${attributes.join('')}</NativeDicomModel>`;
}

export function postXml(all: readonly JsonDataset[], bulkParts: readonly PartToSend[] = []): Request {
  return postParts(
    [
      ...all.map((dataset) => ({
        headers: { 'Content-Type': 'application/dicom+xml' },
        body: Buffer.from(nativeXml(dataset)),
      })),
      ...bulkParts,
    ],
    { contentType: 'multipart/related; type="application/dicom+xml"; boundary=suite-edge' },
  );
}

async function metadataOf(world: World, ids: Identity): Promise<JsonDataset> {
  const answer = await world.send({
    path: `${instancePath(ids)}/metadata`,
    headers: { accept: 'application/dicom+json' },
  });
  return datasets(answer)[0]!;
}

async function frameOf(world: World, ids: Identity, accept: string): Promise<{ body: Buffer; type: string }> {
  const answer = await world.send({ path: `${instancePath(ids)}/frames/1`, headers: { accept } });
  const [part] = multiparts(answer, 1);
  return { body: part!.body, type: part!.headers['content-type'] ?? '' };
}

const OCTETS = 'multipart/related; type="application/octet-stream"';

function isTaken(answer: Answer, ...ids: Identity[]): void {
  status(answer, 200);
  equal(
    storeResponse(answer)
      .stored.map((item) => String(value(item, '00081155')))
      .sort(),
    ids.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
    'Referenced SOP Sequence',
  );
}

/** Both forms of metadata: each row is asked of each. */
const FORMS = [
  { form: 'json', post: postJson, words: 'DICOM JSON' },
  { form: 'xml', post: postXml, words: 'Native DICOM Model XML' },
] as const;

const inBothForms: Row[] = FORMS.flatMap(({ form, post, words }) => [
  row({
    id: `store-${form}-bulk`,
    section: '10.5.1.4',
    level: 'optional',
    statement: `Metadata as ${words} with pixel data as an octet-stream part is stored`,
    given: async (world) => identity(world, `${form}-bulk`),
    request: (ids, world) => {
      const samples = grey(16);
      return post(
        [
          metadata(world, ids, {
            ...pixelModule(samples),
            '7FE00010': { vr: 'OW', BulkDataURI: 'pixels/1' },
          }),
        ],
        [bulk('pixels/1', 'application/octet-stream', samples.bytes)],
      );
    },
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      sameBytes((await frameOf(world, ids, OCTETS)).body, grey(16).bytes, 'the pixels');
    },
  }),
  row({
    id: `store-${form}-values`,
    section: '10.5.2',
    level: 'optional',
    statement: `Values sent as ${words} come back in the metadata as they were sent`,
    given: async (world) => identity(world, `${form}-values`),
    request: (ids, world) =>
      post([
        metadata(world, ids, {
          '00081030': { vr: 'LO', Value: ['胸部 & <chest> "plain"'] },
          '00081140': {
            vr: 'SQ',
            Value: [
              { '00081150': { vr: 'UI', Value: ['1.2.3'] }, '00081155': { vr: 'UI', Value: ['1.2.3.4'] } },
            ],
          },
          '00104000': { vr: 'LT', Value: ['line one\r\nline two'] },
          '00180050': { vr: 'DS', Value: [1.25] },
          '00189087': { vr: 'FD', Value: [1000.125] },
        }),
      ]),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const found = await metadataOf(world, ids);
      equal(value(found, '00081030'), '胸部 & <chest> "plain"', 'StudyDescription');
      equal(name(found, '00100010', 'Ideographic'), '杰森^一', 'ideographic PatientName');
      equal(name(found, '00100010'), 'Json^Jiesong', 'alphabetic PatientName');
      equal(
        value(value(found, '00081140') as JsonDataset, '00081155'),
        '1.2.3.4',
        'an attribute in a sequence',
      );
      equal(Number(value(found, '00180050')), 1.25, 'SliceThickness');
      equal(value(found, '00189087'), 1000.125, 'DiffusionBValue');
      equal(Number(value(found, '00200011')), 3, 'SeriesNumber');
      equal(String(value(found, '00104000')).replace(/\r\n/g, '\n'), 'line one\nline two', 'PatientComments');
      equal(values(found, '00100030').length, 0, 'values of the empty PatientBirthDate');
    },
  }),
  row({
    id: `store-${form}-inline`,
    section: '10.5.1.4',
    level: 'optional',
    statement: `InlineBinary of ${words} is stored as its bytes`,
    given: async (world) => identity(world, `${form}-inline`),
    request: (ids, world) => {
      const samples = grey(8);
      return post([
        metadata(world, ids, {
          ...pixelModule(samples),
          '7FE00010': { vr: 'OB', InlineBinary: Buffer.from(samples.bytes).toString('base64') },
        }),
      ]);
    },
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      sameBytes((await frameOf(world, ids, OCTETS)).body, grey(8).bytes, 'the pixels');
    },
  }),
  row({
    id: `store-${form}-nested-bulk`,
    section: '10.5.1.4',
    level: 'optional',
    statement: `Bulk data inside a sequence of ${words} is stored from its part`,
    given: async (world) => identity(world, `${form}-nested`),
    request: (ids, world) =>
      post(
        [
          metadata(world, ids, {
            '00880200': {
              vr: 'SQ',
              Value: [{ ...pixelModule(grey(8)), '7FE00010': { vr: 'OB', BulkDataURI: 'icon' } }],
            },
          }),
        ],
        [bulk('icon', 'application/octet-stream', grey(8).bytes)],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const icon = (value(await metadataOf(world, ids), '00880200') as JsonDataset)['7FE00010'];
      if (icon?.InlineBinary !== undefined) {
        sameBytes(Buffer.from(icon.InlineBinary, 'base64'), grey(8).bytes, 'the icon');
        return;
      }
      const fetched = await world.send({ path: icon?.BulkDataURI ?? '/none', headers: { accept: OCTETS } });
      sameBytes(multiparts(fetched, 1)[0]!.body, grey(8).bytes, 'the icon');
    },
  }),
  row({
    id: `store-${form}-several`,
    section: '10.5.1.4',
    level: 'optional',
    statement: `Several instances as ${words} with a part of bulk data each are stored`,
    given: async (world) => [identity(world, `${form}-several-1`), identity(world, `${form}-several-2`)],
    request: (both, world) =>
      post(
        both.map((ids, i) =>
          metadata(world, ids, {
            ...pixelModule(grey(8)),
            '7FE00010': { vr: 'OB', BulkDataURI: `bulk-${i}` },
          }),
        ),
        both.map((_, i) =>
          bulk(
            `bulk-${i}`,
            'application/octet-stream',
            grey(8).bytes.map((b) => b ^ i),
          ),
        ),
      ),
    expect: async (answer, both, world) => {
      isTaken(answer, ...both);
      sameBytes(
        (await frameOf(world, both[1]!, OCTETS)).body,
        grey(8).bytes.map((b) => b ^ 1),
        'pixels of the second',
      );
    },
  }),
  row({
    id: `store-${form}-missing-bulk`,
    section: '10.5.3.1',
    level: 'optional',
    statement: `${words} that names bulk data no part brings is not stored`,
    given: async (world) => identity(world, `${form}-missing`),
    request: (ids, world) =>
      post([
        metadata(world, ids, { ...pixelModule(grey(8)), '7FE00010': { vr: 'OB', BulkDataURI: 'nowhere' } }),
      ]),
    expect: (answer) => status(answer, 400, 409),
  }),
  row({
    id: `store-${form}-jpeg`,
    section: '10.5.2',
    level: 'optional',
    statement: `A JPEG part with ${words} is encapsulated unchanged (Table 10.5.2-1)`,
    given: async (world) => ({ ...identity(world, `${form}-jpeg`), jpeg: await encodeJpegBaseline(grey(8)) }),
    request: (ids, world) =>
      post(
        [
          metadata(world, ids, {
            ...pixelModule(grey(8)),
            '7FE00010': { vr: 'OB', BulkDataURI: 'jpeg-image' },
          }),
        ],
        [bulk('jpeg-image', 'image/jpeg', ids.jpeg)],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const { body } = await frameOf(
        world,
        ids,
        'multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50',
      );
      sameBytes(body.subarray(0, ids.jpeg.length), ids.jpeg, 'the JPEG stream');
    },
  }),
]);

const COMPRESSED: [
  id: string,
  type: string,
  syntax: string,
  encode: (samples: Samples) => Buffer | Promise<Buffer>,
][] = [
  ['jls', 'image/jls', '1.2.840.10008.1.2.4.80', (samples) => encodeJpegLs(samples)],
  ['jp2', 'image/jp2', '1.2.840.10008.1.2.4.90', encodeJpeg2000],
  ['jphc', 'image/jphc', '1.2.840.10008.1.2.4.202', encodeHtj2k],
  ['rle', 'image/dicom-rle', '1.2.840.10008.1.2.5', encodeRle],
];

const compressed: Row[] = COMPRESSED.map(([id, type, syntax, encode]) =>
  row({
    id: `store-json-${id}`,
    section: '10.5.2',
    level: 'optional',
    statement: `A part of ${type} is stored as ${syntax}, and decodes to what it was made from`,
    given: async (world) => ({ ...identity(world, `json-${id}`), stream: await encode(grey(16)) }),
    request: (ids, world) =>
      postJson(
        [metadata(world, ids, { ...pixelModule(grey(16)), '7FE00010': { vr: 'OB', BulkDataURI: 'image' } })],
        [bulk('image', `${type}; transfer-syntax=${syntax}`, ids.stream)],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      await isStored(world, ids);
      sameBytes((await frameOf(world, ids, OCTETS)).body, grey(16).bytes, 'the pixels');
    },
  }),
);

const consumer: Row[] = [
  row({
    id: 'store-json-jpeg-derived',
    section: '10.5.2',
    level: 'optional',
    statement:
      'Image Pixel attributes may be left out with a JPEG part: the server takes them from the stream',
    given: async (world) => ({ ...identity(world, 'jpeg-derived'), jpeg: await encodeJpegBaseline(grey(8)) }),
    request: (ids, world) =>
      postJson(
        [metadata(world, ids, { '7FE00010': { vr: 'OB', BulkDataURI: 'jpeg' } })],
        [bulk('jpeg', 'image/jpeg', ids.jpeg)],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const found = await metadataOf(world, ids);
      equal(
        ['00280010', '00280011', '00280100', '00280002'].map((tag) => value(found, tag)),
        [SIZE.rows, SIZE.columns, 8, 1],
        'Rows, Columns, BitsAllocated, SamplesPerPixel',
      );
    },
  }),
  row({
    id: 'store-json-png',
    section: '10.5.2',
    level: 'optional',
    statement: 'A PNG part is transformed losslessly',
    given: async (world) => ({
      ...identity(world, 'png'),
      png: await sharp(grey(8).bytes, { raw: { width: SIZE.columns, height: SIZE.rows, channels: 1 } })
        .toColourspace('b-w')
        .png()
        .toBuffer(),
    }),
    request: (ids, world) =>
      postJson(
        [metadata(world, ids, { '7FE00010': { vr: 'OB', BulkDataURI: 'png' } })],
        [bulk('png', 'image/png', ids.png)],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const { body } = await frameOf(world, ids, OCTETS);
      const samples =
        body.length === SIZE.rows * SIZE.columns * 3 ? Buffer.from(body.filter((_, i) => i % 3 === 0)) : body;
      sameBytes(samples, grey(8).bytes, 'the pixels');
    },
  }),
  row({
    id: 'store-json-gif',
    section: '10.5.2',
    level: 'optional',
    statement: 'A GIF part is transformed losslessly',
    given: async (world) => ({
      ...identity(world, 'gif'),
      gif: await sharp(Buffer.from(grey(8).bytes.map((b) => (b > 100 ? 255 : 0))), {
        raw: { width: SIZE.columns, height: SIZE.rows, channels: 1 },
      })
        .gif({ dither: 0 })
        .toBuffer(),
    }),
    request: (ids, world) =>
      postJson(
        [metadata(world, ids, { '7FE00010': { vr: 'OB', BulkDataURI: 'gif' } })],
        [bulk('gif', 'image/gif', ids.gif)],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const rendered = await world.send({
        path: `${instancePath(ids)}/rendered`,
        headers: { accept: 'image/png' },
      });
      status(rendered, 200);
      const { width, height } = await picture(rendered.body);
      equal([width, height], [SIZE.columns, SIZE.rows], 'size of the picture');
    },
  }),
  row({
    id: 'store-json-pdf',
    section: '10.5.2',
    level: 'optional',
    statement: 'An encapsulated document comes as a part of its own media type',
    given: async (world) => identity(world, 'pdf'),
    request: (ids, world) =>
      postJson(
        [
          metadata(world, ids, {
            '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.104.1'] },
            '00080060': { vr: 'CS', Value: ['DOC'] },
            '00420011': { vr: 'OB', BulkDataURI: 'document' },
            '00420012': { vr: 'LO', Value: ['application/pdf'] },
          }),
        ],
        [bulk('document', 'application/pdf', Buffer.from('%PDF-1.4\n%suite\n%%EOF\n'))],
      ),
    expect: async (answer, ids, world) => {
      isTaken(answer, ids);
      const document = (await metadataOf(world, ids))['00420011'];
      const bytes =
        document?.InlineBinary !== undefined
          ? Buffer.from(document.InlineBinary, 'base64')
          : (await world.send({ path: document?.BulkDataURI ?? '/none', headers: { accept: '*/*' } })).body;
      holds(bytes.includes('%PDF-1.4\n%suite\n%%EOF'), 'the document comes back');
    },
  }),
  row({
    id: 'store-json-not-array',
    section: '10.5.1.4',
    level: 'optional',
    statement: 'JSON that is none is bad syntax: 400',
    request: () =>
      postParts(
        [{ headers: { 'Content-Type': 'application/dicom+json' }, body: Buffer.from('[{"00080018":') }],
        {
          contentType: 'multipart/related; type="application/dicom+json"; boundary=suite-edge',
        },
      ),
    expect: (answer) => status(answer, 400, 409),
  }),
  row({
    id: 'store-xml-broken',
    section: '10.5.1.4',
    level: 'optional',
    statement: 'XML that is none is bad syntax: 400',
    request: () =>
      postParts(
        [
          {
            headers: { 'Content-Type': 'application/dicom+xml' },
            body: Buffer.from('<NativeDicomModel><Dicom'),
          },
        ],
        {
          contentType: 'multipart/related; type="application/dicom+xml"; boundary=suite-edge',
        },
      ),
    expect: (answer) => status(answer, 400, 409),
  }),
  row({
    id: 'store-xml-entities',
    section: '10.5.1.4',
    level: 'ours',
    statement: 'XML with a document type is refused, entities are never followed',
    request: () =>
      postParts(
        [
          {
            headers: { 'Content-Type': 'application/dicom+xml' },
            body: Buffer.from(
              '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><NativeDicomModel>&b;</NativeDicomModel>',
            ),
          },
        ],
        { contentType: 'multipart/related; type="application/dicom+xml"; boundary=suite-edge' },
      ),
    expect: (answer) => {
      status(answer, 400, 409);
      holds(!answer.body.includes('root:'), 'no file of the server');
    },
  }),
];

/** Parts that say of themselves what they are not: stored, they would be wrong pixels. */
function contradicting(
  id: string,
  section: string,
  statement: string,
  part: (world: World) => PartToSend | Promise<PartToSend>,
  more: JsonDataset = {},
): Row {
  return row({
    id,
    section,
    level: 'ours',
    statement,
    given: async (world) => ({ ids: identity(world, id), sent: await part(world) }),
    request: ({ ids, sent }, world) =>
      postJson(
        [
          metadata(world, ids, {
            ...pixelModule(grey(8)),
            '7FE00010': { vr: 'OB', BulkDataURI: 'pixels' },
            ...more,
          }),
        ],
        [sent],
      ),
    expect: async (answer, { ids }, world) => {
      status(answer, 400, 409);
      const found = await world.send({
        path: `${instancePath(ids)}/metadata`,
        headers: { accept: 'application/dicom+json' },
      });
      status(found, 404);
    },
  });
}

const contradictions: Row[] = [
  contradicting(
    'store-json-big-endian',
    '10.5.2',
    'Bulk data is little endian: uncompressed pixels that say that they are big endian are refused',
    () => bulk('pixels', 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2', grey(8).bytes),
  ),
  contradicting(
    'store-json-octets-compressed',
    '8.7.3.5.2',
    'application/octet-stream is of no compressed transfer syntax',
    () => bulk('pixels', 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.90', grey(8).bytes),
  ),
  contradicting(
    'store-json-jpeg-mislabelled',
    '8.7.3.5.2',
    'A baseline JPEG that is said to be lossless is refused',
    async () =>
      bulk('pixels', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.70', await encodeJpegBaseline(grey(8))),
  ),
  contradicting(
    'store-json-jpeg-rows',
    'PS3.5 8.2',
    'Metadata whose Rows differ from those of the JPEG is refused',
    async () => bulk('pixels', 'image/jpeg', await encodeJpegBaseline(grey(8))),
    { '00280010': { vr: 'US', Value: [9999] } },
  ),
];

const related: Row[] = [
  ['store-json-root', 'start="<root@suite>"; ', 'that the start parameter names', '3.2'],
  ['store-json-content-id', '', 'with a Content-ID that nothing names', '3.2'],
].map(([id = '', start = '', words = '', section = '']) =>
  row({
    id,
    section: `RFC 2387 ${section}`,
    level: 'optional',
    statement: `A metadata part ${words} is the metadata`,
    given: async (world) => identity(world, id),
    request: (ids, world) =>
      postParts(
        [
          bulk('pixels', 'application/octet-stream', grey(8).bytes),
          {
            headers: { 'Content-Type': 'application/dicom+json', 'Content-ID': '<root@suite>' },
            body: Buffer.from(
              JSON.stringify([
                metadata(world, ids, {
                  ...pixelModule(grey(8)),
                  '7FE00010': { vr: 'OB', BulkDataURI: 'pixels' },
                }),
              ]),
            ),
          },
        ],
        {
          contentType: `multipart/related; type="application/dicom+json"; ${start}boundary=suite-edge`,
        },
      ),
    expect: (answer, ids) => isTaken(answer, ids),
  }),
);

const doubtful = row({
  id: 'store-json-doubtful',
  section: 'I.2.1',
  level: 'ours',
  statement: 'Metadata with a date that is none is stored with a warning that names the attribute: 202',
  given: async (world) => identity(world, 'json-doubtful'),
  request: (ids, world) => postJson([metadata(world, ids, { '00080020': { vr: 'DA', Value: ['abc'] } })]),
  expect: (answer) => {
    status(answer, 202);
    const [item] = storeResponse(answer).stored;
    equal(value(item, '00081196'), 0xb007, 'Warning Reason');
    holds(String(value(item, '00000902')).includes('(0008,0020)'), 'Error Comment names the attribute');
  },
});

export const storeMetadataRows: Row[] = [
  ...inBothForms,
  ...compressed,
  ...consumer,
  ...contradictions,
  ...related,
  doubtful,
];
