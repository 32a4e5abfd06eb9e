import { readPart10, type DicomJson } from '@hutong/dicom';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anInstance } from '../../../test/factories/index.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';
import {
  BOUNDARY,
  multipartBody,
  postStore,
  startTestServer,
  type Part,
  type TestServer,
} from '../testing.ts';

let server: TestServer;
let key: string;
let root: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('first');
  root = `${server.url}/dicomweb`;
});
afterAll(() => server.close());

beforeEach(async () => {
  await server.index.query('TRUNCATE study, kept_aside CASCADE');
  for (const objectKey of await server.objectKeys()) await server.objects.delete(objectKey);
});

/** Nothing of a request may stay in the spool. */
async function spooled(): Promise<string[]> {
  return readdir(path.join(server.folder, 'spool')).catch(() => []);
}

type Format = 'json' | 'xml';

const metadataPart = (datasets: DicomJson[], format: Format): Part[] =>
  format === 'json'
    ? [{ bytes: Buffer.from(JSON.stringify(datasets)), headers: ['Content-Type: application/dicom+json'] }]
    : datasets.map((dataset) => ({
        bytes: Buffer.from(nativeXml(dataset)),
        headers: ['Content-Type: application/dicom+xml'],
      }));

const bulkPart = (location: string, bytes: Uint8Array, type = 'application/octet-stream'): Part => ({
  bytes,
  headers: [`Content-Type: ${type}`, `Content-Location: ${location}`],
});

const post = (
  parts: Part[],
  { format = 'json', path: resource = '/studies' }: { format?: Format; path?: string } = {},
) =>
  postStore(root, multipartBody(parts), {
    key,
    path: resource,
    headers: {
      'Content-Type': `multipart/related; type="application/dicom+${format}"; boundary=${BOUNDARY}`,
    },
  });

/** An instance taken apart: its metadata with BulkDataURIs, and the values they stand for. */
function apart(
  seed: string,
  { rows = 40, columns = 30, more = {} }: { rows?: number; columns?: number; more?: DicomJson } = {},
) {
  const { bytes, ...ids } = anInstance({}, { seed, rows, columns });
  const read = readPart10(bytes);
  const dataset: DicomJson = {
    ...read.dataset,
    ...more,
    '7FE00010': { vr: 'OW', BulkDataURI: `bulk/${seed}` },
  };
  const { offset, length } = read.pixelData!.value;
  return { ...ids, dataset, pixels: Buffer.from(bytes.subarray(offset, offset + length)) };
}

/** What is stored now, read from the objects. */
async function storedObjects() {
  const keys = await server.objectKeys();
  return Promise.all(
    keys.map(async (objectKey) => {
      const bytes = Buffer.concat(await (await server.objects.get(objectKey)).toArray());
      return { bytes, read: readPart10(bytes) };
    }),
  );
}

/** Of 2 × 1 grey pixels, 7 and 200. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgPwEAANkA0NemIjwAAAAASUVORK5CYII=';

const JPEG = Buffer.from(
  // SOI, SOF0 of 40 × 30 with 8 bits and one component, SOS, some scan bytes, EOI.
  'ffd8ffc0000b080028001e01011100ffda0008010100003f00aabbccddffd9',
  'hex',
);
/** Main header of a JPEG 2000 codestream of 40 × 30 with 8 bits and one component, by the reversible wavelet. */
const CODESTREAM = Buffer.from(
  'ff4fff5100290000' +
    '0000001e00000028' +
    '0000000000000000' +
    '0000001e00000028' +
    '0000000000000000' +
    '0001070101' +
    'ff52000c00000001000504040001' +
    'ffd9',
  'hex',
);
const image = (attributes: Record<string, number>): DicomJson =>
  Object.fromEntries(Object.entries(attributes).map(([tag, value]) => [tag, { vr: 'US', Value: [value] }]));
const EIGHT_BIT = image({ '00280010': 40, '00280011': 30, '00280100': 8, '00280101': 8, '00280102': 7 });

describe.each<Format>(['json', 'xml'])('metadata as %s with bulk data', (format) => {
  test('is composed into an object in Explicit VR Little Endian with the same dataset', async () => {
    const { dataset, pixels, sopInstanceUid } = apart('whole');
    const answer = await post([...metadataPart([dataset], format), bulkPart('bulk/whole', pixels)], {
      format,
    });
    expect(answer).toMatchObject({ status: 200, stored: [sopInstanceUid], failed: [] });
    const [object] = await storedObjects();
    const { transferSyntaxUid, warnings, pixelData, dataset: read } = object!.read;
    expect({ transferSyntaxUid, warnings }).toEqual({
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      warnings: [],
    });
    expect(object!.bytes.subarray(pixelData!.value.offset).equals(pixels)).toBe(true);
    const { '00080005': _, '7FE00010': __, ...values } = dataset;
    expect(read).toMatchObject(values);
    expect(await spooled()).toEqual([]);
  });

  test('may describe several instances, whose parts come in any order', async () => {
    const all = ['one', 'two', 'three'].map((seed) => apart(seed));
    const [first, ...others] = all.map(({ pixels }, i) =>
      bulkPart(`bulk/${['one', 'two', 'three'][i]!}`, pixels),
    );
    const metadata = metadataPart(
      all.map(({ dataset }) => dataset),
      format,
    );
    const answer = await post([first!, ...metadata, ...others.toReversed()], { format });
    expect(answer.status).toBe(200);
    expect(answer.stored).toEqual(all.map(({ sopInstanceUid }) => sopInstanceUid));
    expect(await spooled()).toEqual([]);
  });
});

describe('metadata with bulk data', () => {
  test('sent again is the same instance', async () => {
    const { dataset, pixels } = apart('again');
    const parts = [...metadataPart([dataset], 'json'), bulkPart('bulk/again', pixels)];
    expect((await post(parts)).status).toBe(200);
    expect((await post(parts)).status).toBe(200);
    expect(await server.objectKeys()).toHaveLength(1);
  });

  test.each([
    ['the same relative URI', 'bulk/uri', 'bulk/uri'],
    ['another spelling of it', 'bulk/uri', './bulk/../bulk/uri'],
    ['the absolute URI that a relative one resolves to', 'bulk/uri', '{root}/bulk/uri'],
    ['a URI of another server', 'https://pacs.example/a?b=1', 'https://pacs.example/a?b=1'],
    [
      'an opaque URI',
      'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    ],
  ])('is found by %s', async (_name, uri, location) => {
    const { dataset, pixels } = apart('uri');
    dataset['7FE00010']!.BulkDataURI = uri;
    const answer = await post([
      ...metadataPart([dataset], 'json'),
      bulkPart(location.replace('{root}', root), pixels),
    ]);
    expect(answer.status).toBe(200);
  });

  test('is found by its Content-ID', async () => {
    const { dataset, pixels } = apart('cid');
    dataset['7FE00010']!.BulkDataURI = 'cid:pixels@sender';
    const answer = await post([
      ...metadataPart([dataset], 'json'),
      { bytes: pixels, headers: ['Content-Type: application/octet-stream', 'Content-ID: <pixels@sender>'] },
    ]);
    expect(answer.status).toBe(200);
  });

  test('may be the value of an attribute inside a sequence, and of several attributes', async () => {
    const document = Buffer.from('a document of some length');
    const { dataset, pixels } = apart('nested', {
      more: {
        '00880200': { vr: 'SQ', Value: [{ '00420011': { vr: 'OB', BulkDataURI: 'document' } }] },
        '00420011': { vr: 'OB', BulkDataURI: 'document' },
      },
    });
    const answer = await post([
      ...metadataPart([dataset], 'json'),
      bulkPart('bulk/nested', pixels),
      bulkPart('document', document, 'application/pdf'),
    ]);
    expect(answer.status).toBe(200);
    const [object] = await storedObjects();
    const padded = Buffer.concat([document, Buffer.alloc(1)]).toString('base64');
    expect(object!.read.dataset['00420011']).toEqual({ vr: 'OB', InlineBinary: padded });
    expect(object!.read.dataset['00880200']!.Value).toEqual([
      { '00420011': { vr: 'OB', InlineBinary: padded } },
    ]);
  });

  test('that many attributes refer to is not written over and over', async () => {
    const { dataset } = apart('repeated');
    const references = Array.from({ length: 200 }, (_, i): [string, DicomJson[string]] => [
      `0011${(0x1000 + i).toString(16)}`.toUpperCase(),
      { vr: 'OB', BulkDataURI: 'shared' },
    ]);
    const creator: DicomJson = { '00110010': { vr: 'LO', Value: ['HUTONG TEST'] } };
    const { '7FE00010': _, ...attributes } = { ...dataset, ...creator, ...Object.fromEntries(references) };
    const answer = await post([
      ...metadataPart([attributes], 'json'),
      bulkPart('shared', Buffer.alloc(2 ** 21)),
    ]);
    expect(answer.failed).toMatchObject([{ reason: 0xc005 }]);
    expect(await server.objectKeys()).toEqual([]);
  });

  test.each<[string, string, DicomJson, Buffer, string]>([
    ['a JPEG whose process its frame tells', 'image/jpeg', EIGHT_BIT, JPEG, '1.2.840.10008.1.2.4.50'],
    [
      'a JPEG whose part names the transfer syntax',
      'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.51',
      EIGHT_BIT,
      JPEG,
      '1.2.840.10008.1.2.4.51',
    ],
    [
      'a codestream whose metadata names the transfer syntax',
      'image/jp2',
      { ...EIGHT_BIT, '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.4.90'] } },
      CODESTREAM,
      '1.2.840.10008.1.2.4.90',
    ],
    ['RLE', 'image/dicom-rle', EIGHT_BIT, Buffer.alloc(66, 1), '1.2.840.10008.1.2.5'],
  ])('encapsulates %s', async (_name, type, more, frame, syntax) => {
    const { dataset } = apart('compressed', { more });
    const answer = await post([...metadataPart([dataset], 'json'), bulkPart('bulk/compressed', frame, type)]);
    expect(answer).toMatchObject({ failed: [], status: 200 });
    const [object] = await storedObjects();
    const { transferSyntaxUid, pixelData } = object!.read;
    expect(transferSyntaxUid).toBe(syntax);
    const { offset, length } = pixelData!.frames![0]![0]!;
    expect(object!.bytes.subarray(offset, offset + frame.length).equals(frame)).toBe(true);
    expect(length).toBe(frame.length + (frame.length % 2));
  });

  test.each([
    [
      'of one Content-Location in the order of the body',
      ['bulk/frames', 'bulk/frames', 'bulk/frames'],
      [0, 1, 2],
    ],
    [
      'numbered by their Content-Location',
      ['bulk/frames/frames/2', 'bulk/frames/frames/3', 'bulk/frames/frames/1'],
      [2, 0, 1],
    ],
  ])('takes the frames of a multi-frame image %s', async (_name, locations, order) => {
    const frames = [0, 1, 2].map((i) =>
      Buffer.concat([JPEG.subarray(0, -2), Buffer.alloc(i + 1, i), JPEG.subarray(-2)]),
    );
    const { dataset } = apart('frames', { more: { ...EIGHT_BIT, '00280008': { vr: 'IS', Value: [3] } } });
    const parts = locations.map((location, i) => bulkPart(location, frames[i]!, 'image/jpeg'));
    const answer = await post([...metadataPart([dataset], 'json'), ...parts]);
    expect(answer).toMatchObject({ failed: [], status: 200 });
    const [object] = await storedObjects();
    const { pixelData } = object!.read;
    expect(pixelData!.numberOfFrames).toBe(3);
    const stored = pixelData!.frames!.map(([range]) =>
      object!.bytes.subarray(range!.offset, range!.offset + range!.length),
    );
    expect(
      stored.map((bytes, i) => bytes.subarray(0, frames[order[i]!]!.length).equals(frames[order[i]!]!)),
    ).toEqual([true, true, true]);
  });

  test('decodes a PNG into native pixel data, and refuses what only says that it is one', async () => {
    const { dataset } = apart('png');
    const png = Buffer.from(PNG, 'base64');
    const answer = await post([...metadataPart([dataset], 'json'), bulkPart('bulk/png', png, 'image/png')]);
    expect(answer).toMatchObject({ failed: [], status: 200 });
    const [object] = await storedObjects();
    const { pixelData, dataset: stored } = object!.read;
    const { offset } = pixelData!.value;
    expect([...object!.bytes.subarray(offset, offset + 2)]).toEqual([7, 200]);
    expect(['00280010', '00280011', '00280100'].map((tag) => stored[tag]?.Value?.[0])).toEqual([1, 2, 8]);

    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');
    for (const bytes of [svg, png.subarray(0, 40)]) {
      const { dataset: other } = apart('none');
      const refused = await post([
        ...metadataPart([other], 'json'),
        bulkPart('bulk/none', bytes, 'image/png'),
      ]);
      expect(refused.failed.map(({ reason }) => reason)).toEqual([0xc00a]);
    }
  });

  test('takes the attributes of the image from a JPEG where the metadata has none', async () => {
    const { dataset } = apart('derived');
    const image = [
      '00280002',
      '00280004',
      '00280010',
      '00280011',
      '00280100',
      '00280101',
      '00280102',
      '00280103',
    ];
    const without = Object.fromEntries(Object.entries(dataset).filter(([tag]) => !image.includes(tag)));
    const answer = await post([
      ...metadataPart([without], 'json'),
      bulkPart('bulk/derived', JPEG, 'image/jpeg'),
    ]);
    expect(answer).toMatchObject({ failed: [], status: 200 });
    const [object] = await storedObjects();
    const values = [...image, '00282110'].map((tag) => object!.read.dataset[tag]?.Value?.[0]);
    expect(values).toEqual([1, 'MONOCHROME2', 40, 30, 8, 8, 7, 0, '01']);
  });

  test('keeps what is whole when the body is cut', async () => {
    const [first, second] = [apart('first'), apart('second')];
    const body = multipartBody([
      ...metadataPart([first.dataset, second.dataset], 'json'),
      bulkPart('bulk/first', first.pixels),
      bulkPart('bulk/second', second.pixels),
    ]);
    const answer = await postStore(root, body.subarray(0, body.length - 500), {
      key,
      headers: { 'Content-Type': `multipart/related; type="application/dicom+json"; boundary=${BOUNDARY}` },
    });
    expect(answer.status).toBe(202);
    expect(answer.stored).toEqual([first.sopInstanceUid]);
    expect(answer.failed.map(({ sopInstanceUid, reason }) => [sopInstanceUid, reason])).toEqual([
      [second.sopInstanceUid, 0xc006],
      [null, 0xc002],
    ]);
    expect(await spooled()).toEqual([]);
  });
});

describe('metadata alone', () => {
  test.each(['application/dicom+json', 'application/dicom+xml'])('is taken as %s', async (type) => {
    const { dataset, pixels, sopInstanceUid } = apart('alone');
    dataset['7FE00010'] = { vr: 'OW', InlineBinary: pixels.toString('base64') };
    const body = type.endsWith('json') ? JSON.stringify([dataset]) : nativeXml(dataset);
    const answer = await postStore(root, Buffer.from(body), { key, headers: { 'Content-Type': type } });
    expect(answer).toMatchObject({ status: 200, stored: [sopInstanceUid] });
    const [object] = await storedObjects();
    expect(object!.bytes.includes(pixels)).toBe(true);
  });

  test('may be one dataset that is in no array', async () => {
    const { dataset, sopInstanceUid } = apart('single');
    const { '7FE00010': _, ...header } = dataset;
    const headers = { 'Content-Type': 'application/dicom+json' };
    const answer = await postStore(root, Buffer.from(JSON.stringify(header)), { key, headers });
    expect(answer).toMatchObject({ status: 200, stored: [sopInstanceUid] });
  });
});

type Parts = (good: ReturnType<typeof apart>) => Part[];
const changed = ({ dataset }: ReturnType<typeof apart>, more: DicomJson, without: string[] = []): Part[] => {
  const changedDataset: DicomJson = { ...dataset, ...more };
  return metadataPart(
    [Object.fromEntries(Object.entries(changedDataset).filter(([tag]) => !without.includes(tag)))],
    'json',
  );
};

type Refusal = [string, number, RegExp, Parts];
const refusals: Refusal[] = [
  [
    'whose bulk data is missing',
    0xc006,
    /bulk data was not sent, \(7FE0,0010\)/,
    (good) => changed(good, {}),
  ],
  [
    'whose pixel data is too short',
    0xc009,
    /another length, \(7FE0,0010\)/,
    (good) => [...changed(good, {}), bulkPart('bulk/bad', good.pixels.subarray(2))],
  ],
  [
    'whose InlineBinary is too short',
    0xc009,
    /another length/,
    (good) => changed(good, { '7FE00010': { vr: 'OW', InlineBinary: 'AAAA' } }),
  ],
  [
    'whose other bulk data is no whole number of values',
    0xc009,
    /another length, \(0009,1001\)/,
    (good) => [
      ...changed(good, { '00091001': { vr: 'FD', BulkDataURI: 'odd' } }),
      bulkPart('bulk/bad', good.pixels),
      bulkPart('odd', Buffer.alloc(12)),
    ],
  ],
  [
    'of which two parts claim to be the bulk data',
    0xc007,
    /share a Content-Location, \(7FE0,0010\)/,
    (good) => [...changed(good, {}), bulkPart('bulk/bad', good.pixels), bulkPart('bulk/bad', good.pixels)],
  ],
  [
    'whose frames are fewer than it says',
    0xc009,
    /another length/,
    (good) => [
      ...changed(good, { ...EIGHT_BIT, '00280008': { vr: 'IS', Value: [2] } }),
      bulkPart('bulk/bad', JPEG, 'image/jpeg'),
    ],
  ],
  [
    'whose frames have gaps',
    0xc006,
    /frame 2 was not sent, \(7FE0,0010\)/,
    (good) => [
      ...changed(good, { ...EIGHT_BIT, '00280008': { vr: 'IS', Value: [2] } }),
      bulkPart('bulk/bad/frames/1', JPEG, 'image/jpeg'),
      bulkPart('bulk/bad/frames/3', JPEG, 'image/jpeg'),
    ],
  ],
  [
    'whose first frame was not sent',
    0xc006,
    /frame 1 was not sent, \(7FE0,0010\)/,
    (good) => [
      ...changed(good, { ...EIGHT_BIT, '00280008': { vr: 'IS', Value: [2] } }),
      bulkPart('bulk/bad/frames/2', JPEG, 'image/jpeg'),
    ],
  ],
  [
    'one of whose frames was sent twice',
    0xc007,
    /share a Content-Location/,
    (good) => [
      ...changed(good, { ...EIGHT_BIT, '00280008': { vr: 'IS', Value: [2] } }),
      bulkPart('bulk/bad/frames/1', JPEG, 'image/jpeg'),
      bulkPart('bulk/bad/frames/1', JPEG, 'image/jpeg'),
    ],
  ],
  [
    'whose part is of no media type of pixels',
    0xc00a,
    /does not fit, \(7FE0,0010\)/,
    (good) => [...changed(good, EIGHT_BIT), bulkPart('bulk/bad', JPEG, 'text/plain')],
  ],
  [
    'whose transfer syntax is not of the media type',
    0xc00a,
    /does not fit/,
    (good) => [
      ...changed(good, EIGHT_BIT),
      bulkPart('bulk/bad', JPEG, 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.90'),
    ],
  ],
  ...['1.2.840.10008.1.2.2', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.1.99', 'none'].map(
    (named): Refusal => [
      `whose uncompressed pixel data names ${named}`,
      0xc00a,
      /does not fit, \(7FE0,0010\)/,
      (good) => [
        ...changed(good, {}),
        bulkPart('bulk/bad', good.pixels, `application/octet-stream; transfer-syntax=${named}`),
      ],
    ],
  ),
  [
    'whose bulk data of two bytes a value is big endian',
    0xc00a,
    /does not fit, \(0009,1001\)/,
    (good) => [
      ...changed(good, { '00091001': { vr: 'US', BulkDataURI: 'turned' } }),
      bulkPart('bulk/bad', good.pixels),
      bulkPart('turned', Buffer.alloc(4), 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2'),
    ],
  ],
  [
    'whose JPEG is of another process than its part names',
    0xc00a,
    /does not fit, \(7FE0,0010\)/,
    (good) => [
      ...changed(good, EIGHT_BIT),
      bulkPart('bulk/bad', JPEG, 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.70'),
    ],
  ],
  [
    'whose JPEG is of another process than its metadata names',
    0xc00a,
    /does not fit, \(7FE0,0010\)/,
    (good) => [
      ...changed(good, {
        ...EIGHT_BIT,
        '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.4.70'] },
      }),
      bulkPart('bulk/bad', JPEG, 'image/jpeg'),
    ],
  ],
  [
    'whose JPEG has another number of rows',
    0xc00b,
    /differs from its frame, \(0028,0010\)/,
    (good) => [
      ...changed(good, { ...EIGHT_BIT, '00280010': { vr: 'US', Value: [9999] } }),
      bulkPart('bulk/bad', JPEG, 'image/jpeg'),
    ],
  ],
  [
    'whose JPEG is none',
    0xc00a,
    /does not fit/,
    (good) => [...changed(good, EIGHT_BIT), bulkPart('bulk/bad', Buffer.alloc(50), 'image/jpeg')],
  ],
  [
    'whose image has no rows',
    0xa901,
    /is missing, \(0028,0010\)/,
    (good) => [...changed(good, {}, ['00280010']), bulkPart('bulk/bad', good.pixels)],
  ],
  [
    'whose metadata has a value that is none',
    0xc005,
    /cannot be read, \(0028,0010\)/,
    (good) => [
      ...changed(good, { '00280010': { vr: 'US', Value: ['forty'] } }),
      bulkPart('bulk/bad', good.pixels),
    ],
  ],
  [
    'of another study than the path',
    0xa900,
    /differs from the path/,
    (good) => [
      ...changed(good, { '0020000D': { vr: 'UI', Value: ['1.2.3'] } }),
      bulkPart('bulk/bad', good.pixels),
    ],
  ],
];

describe('an instance', () => {
  test.each(refusals)(
    '%s is refused with a reason, and the others are stored',
    async (_name, reason, comment, parts) => {
      const bad = apart('bad');
      const good = apart('good', {
        more: { '0020000D': bad.dataset['0020000D']!, '0020000E': bad.dataset['0020000E']! },
      });
      const answer = await post(
        [...metadataPart([good.dataset], 'json'), ...parts(bad), bulkPart('bulk/good', good.pixels)],
        { path: `/studies/${bad.studyInstanceUid}` },
      );
      expect(answer.failed).toEqual([
        {
          sopInstanceUid: bad.sopInstanceUid,
          reason,
          comment: expect.stringMatching(comment) as string,
        },
      ]);
      expect(answer.failed[0]!.comment).toMatch(/^Part 2: /);
      expect(answer.status).toBe(202);
      expect(answer.stored).toEqual([good.sopInstanceUid]);
      expect(await server.objectKeys()).toHaveLength(1);
      expect(await spooled()).toEqual([]);
    },
  );

  test('of a part that describes several is named by its number', async () => {
    const [first, second] = [apart('first'), apart('second')];
    delete second.dataset['00080018'];
    const answer = await post([
      ...metadataPart([first.dataset, second.dataset], 'json'),
      bulkPart('bulk/first', first.pixels),
      bulkPart('bulk/second', second.pixels),
    ]);
    expect(answer.status).toBe(202);
    expect(answer.failed).toEqual([
      {
        sopInstanceUid: null,
        reason: 0xa900,
        comment: 'Part 1, instance 2: a UID is missing or malformed, (0008,0018)',
      },
    ]);
  });

  test.each<[string, DicomJson, number, string]>([
    [
      'whose StudyInstanceUID is malformed',
      { '0020000D': { vr: 'UI', Value: ['1..2'] } },
      0xa900,
      'Part 1: a UID is missing or malformed, (0020,000D)',
    ],
    [
      'with a value that is none',
      { '00080005': { vr: 'US', Value: ['none'] } },
      0xc005,
      'Part 1: the metadata cannot be read, (0008,0005)',
    ],
    [
      'with an integer string that is no integer',
      { '00200011': { vr: 'IS', Value: [1.5] } },
      0xc005,
      'Part 1: the metadata cannot be read, (0020,0011)',
    ],
  ])('%s is named by its UIDs', async (_name, more, reason, comment) => {
    const { dataset, pixels, sopInstanceUid } = apart('named', { more });
    const answer = await post([...metadataPart([dataset], 'json'), bulkPart('bulk/named', pixels)]);
    expect(answer.failed[0]).toEqual({ sopInstanceUid, reason, comment });
    expect(answer.status).toBe(409);
  });

  test('of XML with a value that is none is named by its UIDs', async () => {
    const { dataset, pixels, sopInstanceUid } = apart('named', {
      more: { '00280010': { vr: 'US', Value: ['forty'] } },
    });
    const answer = await post([...metadataPart([dataset], 'xml'), bulkPart('bulk/named', pixels)], {
      format: 'xml',
    });
    expect(answer.failed[0]).toMatchObject({ sopInstanceUid, reason: 0xc005 });
  });

  test.each<[string, DicomJson, RegExp]>([
    ['a date', { '00080020': { vr: 'DA', Value: ['abc'] } }, /^Part 1: .* not of its VR, \(0008,0020\)$/],
    ['a time', { '00080030': { vr: 'TM', Value: ['25'] } }, /not of its VR, \(0008,0030\)$/],
    ['a decimal string', { '00180050': { vr: 'DS', Value: ['abc'] } }, /not of its VR, \(0018,0050\)$/],
    ['an integer string', { '00200011': { vr: 'IS', Value: ['1.5'] } }, /not of its VR, \(0020,0011\)$/],
    [
      'a value in a sequence',
      {
        '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['x'] } }] },
      },
      /not of its VR, \(0008,1155\)$/,
    ],
    ['another VR', { '00280010': { vr: 'LO', Value: ['40'] } }, /another VR, \(0028,0010\)$/],
  ])('with %s that the standard does not know is stored with a warning', async (_name, more, comment) => {
    const { dataset, pixels, sopInstanceUid } = apart('doubtful', { more });
    const answer = await post([...metadataPart([dataset], 'json'), bulkPart('bulk/doubtful', pixels)]);
    expect(answer).toMatchObject({ status: 202, stored: [sopInstanceUid], failed: [] });
    const [item] = (JSON.parse(answer.text) as Record<string, { Value: DicomJson[] }>)['00081199']!.Value;
    expect(item!['00081196']!.Value).toEqual([0xb007]);
    expect(item!['00000902']!.Value![0]).toMatch(comment);
  });
});

describe('metadata parts with headers of their own', () => {
  const root = ['Content-Type: application/dicom+json', 'Content-ID: <root@sender>'];
  const postRelated = (parts: Part[], parameters: string) =>
    postStore(`${server.url}/dicomweb`, multipartBody(parts), {
      key,
      headers: {
        'Content-Type': `multipart/related; type="application/dicom+json"; ${parameters}; boundary=${BOUNDARY}`,
      },
    });

  test.each<[string, string[], string]>([
    ['a Content-ID that the body names as its root', root, 'start="<root@sender>"'],
    ['a Content-ID that nothing names', root, 'x=y'],
    ['a Content-Location', ['Content-Type: application/dicom+json', 'Content-Location: metadata'], 'x=y'],
    [
      'the media type of any JSON, as the root that is named',
      ['Content-Type: application/json', 'Content-ID: <root@sender>'],
      'start="<root@sender>"',
    ],
    [
      'the media type of any JSON, as the first part',
      ['Content-Type: application/json', 'Content-ID: <first@sender>'],
      'x=y',
    ],
    ['no media type, as the root that is named', ['Content-ID: <root@sender>'], 'start="<root@sender>"'],
  ])('are metadata with %s', async (_name, headers, parameters) => {
    const { dataset, pixels, sopInstanceUid } = apart('root');
    const answer = await postRelated(
      [{ bytes: Buffer.from(JSON.stringify([dataset])), headers }, bulkPart('bulk/root', pixels)],
      parameters,
    );
    expect(answer).toMatchObject({ status: 200, stored: [sopInstanceUid], failed: [] });
  });

  test('leave a JSON document that an attribute refers to what it is: bulk data', async () => {
    const { dataset, pixels, sopInstanceUid } = apart('document', {
      more: { '00420011': { vr: 'OB', BulkDataURI: 'cid:document' } },
    });
    const answer = await postRelated(
      [
        {
          bytes: Buffer.from('[1, 2, 3]'),
          headers: ['Content-Type: application/json', 'Content-ID: <document>'],
        },
        { bytes: Buffer.from(JSON.stringify([dataset])), headers: root },
        bulkPart('bulk/document', pixels),
      ],
      'start="<root@sender>"',
    );
    expect(answer).toMatchObject({ status: 200, stored: [sopInstanceUid], failed: [] });
  });
});

describe('a part', () => {
  test('that nothing refers to is reported, and so is one without a location', async () => {
    const { dataset, pixels, sopInstanceUid } = apart('used');
    const answer = await post([
      ...metadataPart([dataset], 'json'),
      bulkPart('bulk/used', pixels),
      bulkPart('bulk/unused', pixels),
    ]);
    expect(answer.status).toBe(202);
    expect(answer.stored).toEqual([sopInstanceUid]);
    expect(answer.failed).toEqual([
      { sopInstanceUid: null, reason: 0xc008, comment: 'Part 3: no attribute refers to the part' },
    ]);

    const nameless = await post([
      ...metadataPart([dataset], 'json'),
      bulkPart('bulk/used', pixels),
      { bytes: pixels, headers: ['Content-Type: application/octet-stream'] },
    ]);
    expect(nameless.failed).toEqual([
      { sopInstanceUid: null, reason: 0xc004, comment: 'Part 3: its Content-Location is missing' },
    ]);
  });

  test('that is compressed or encoded by itself is refused in these words', async () => {
    const { dataset, pixels } = apart('encoded');
    const answer = await post([
      { bytes: Buffer.from(JSON.stringify([dataset])), headers: ['Content-Type: application/dicom+json'] },
      {
        ...bulkPart('bulk/encoded', gzipSync(pixels)),
        headers: [...bulkPart('bulk/encoded', pixels).headers!, 'Content-Encoding: gzip'],
      },
      { bytes: pixels, headers: ['Content-Location: x', 'Content-Transfer-Encoding: BASE64'] },
    ]);
    expect(answer.status).toBe(409);
    expect(answer.failed.filter(({ reason }) => reason === 0xc004).map(({ comment }) => comment)).toEqual([
      'Part 2: its Content-Encoding is not supported',
      'Part 3: its Content-Transfer-Encoding is not supported',
    ]);
  });

  test.each([
    ['that is no JSON', 'application/dicom+json', '[{"00080018":'],
    ['that is an array of something else', 'application/dicom+json', '[1, 2]'],
    ['that is no XML', 'application/dicom+xml', '<NativeDicomModel>'],
  ])('of metadata %s is refused', async (_name, type, text) => {
    const answer = await post([
      { bytes: Buffer.from(text), headers: [`Content-Type: ${type}`] },
      bulkPart('x', JPEG),
    ]);
    expect(answer.status).toBe(409);
    expect(answer.failed).toEqual([
      { sopInstanceUid: null, reason: 0xc005, comment: 'Part 1: the metadata cannot be read' },
    ]);
    expect(await spooled()).toEqual([]);
  });
});
