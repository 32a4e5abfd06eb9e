import { equal, holds, multiparts, partType, sameBytes, status } from '../check.ts';
import { readWithDcmjs } from '../material/dataset.ts';
import { KINDS, TS, type ImageKind, type TestImage } from '../material/images.ts';
import { searchStudies } from '../material/searchStudies.ts';
import { header, mediaType, type Answer, type Request } from '../http.ts';
import { row, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';

export const ANY = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const DICOM = 'multipart/related; type="application/dicom"';
const get = (path: string, accept: string): Request => ({ path, headers: { accept } });

/** What a PS3.10 file says of itself, read by dcmjs. */
export function identityOf(file: Uint8Array): {
  sopInstanceUid: string;
  transferSyntaxUid: string;
  dataset: ReturnType<typeof readWithDcmjs>['dataset'];
} {
  const { meta, dataset } = readWithDcmjs(file);
  const text = (element: { Value: unknown[] } | undefined): string =>
    ((element?.Value[0] as string | undefined) ?? '').replace(/\0$/, '');
  return { sopInstanceUid: text(dataset['00080018']), transferSyntaxUid: text(meta['00020010']), dataset };
}

/** Native pixel data of a file that is in Explicit VR Little Endian. */
export function nativePixels(file: Uint8Array): Buffer {
  const [pixels] = identityOf(file).dataset['7FE00010']?.Value ?? [];
  holds(pixels instanceof ArrayBuffer, 'the file has native pixel data');
  return Buffer.from(pixels);
}

const uidsOf = (answer: Answer): string[] =>
  multiparts(answer)
    .map((part) => identityOf(part.body).sopInstanceUid)
    .sort();

const levels: Row[] = [
  row({
    id: 'retrieve-study',
    section: '10.4.1.1.1',
    statement: 'A study is all of its instances, each in a part of its own',
    given: searchStudies,
    request: (data) => get(`/studies/${data.A.study}`, ANY),
    expect: (answer, data) => equal(uidsOf(answer), data.A.instances.flat().sort(), 'instances'),
  }),
  row({
    id: 'retrieve-series',
    section: '10.4.1.1.1',
    statement: 'A series is its instances and no others',
    given: searchStudies,
    request: (data) => get(`/studies/${data.A.study}/series/${data.A.series[0]!}`, ANY),
    expect: (answer, data) => equal(uidsOf(answer), [...data.A.instances[0]!].sort(), 'instances'),
  }),
  row({
    id: 'retrieve-instance',
    section: '10.4.1.1.1',
    statement: 'An instance is one part',
    given: searchStudies,
    request: (data) =>
      get(`/studies/${data.A.study}/series/${data.A.series[0]!}/instances/${data.A.instances[0]![1]!}`, ANY),
    expect: (answer, data) => equal(uidsOf(answer), [data.A.instances[0]![1]!], 'instances'),
  }),
  row({
    id: 'retrieve-multipart-type',
    section: '8.7.1',
    statement: 'The answer says multipart/related with the type of its parts, and each part says its own',
    given: searchStudies,
    request: (data) => get(`/studies/${data.A.study}`, ANY),
    expect: (answer) => {
      holds(
        /type="?application\/dicom"?/i.test(header(answer, 'content-type') ?? ''),
        `type parameter; seen ${header(answer, 'content-type') ?? ''}`,
      );
      for (const part of multiparts(answer))
        equal(partType(part).type, 'application/dicom', 'content type of a part');
    },
  }),
  row({
    id: 'retrieve-part-transfer-syntax',
    section: '8.7.9',
    level: 'ours',
    statement: 'Each part says its transfer syntax, the one of its File Meta Information',
    given: searchStudies,
    request: (data) => get(`/studies/${data.A.study}`, ANY),
    expect: (answer) => {
      for (const part of multiparts(answer))
        equal(partType(part).transferSyntax, identityOf(part.body).transferSyntaxUid, 'transfer syntax');
    },
  }),
  row({
    id: 'retrieve-single-part',
    section: '10.4.4',
    statement: 'One instance comes as application/dicom, single part',
    given: (world) => world.image('u16'),
    request: (image) => get(instancePath(image), 'application/dicom'),
    expect: (answer, image) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/dicom', 'media type');
      equal(identityOf(answer.body).sopInstanceUid, image.sopInstanceUid, 'SOPInstanceUID');
    },
  }),
  row({
    id: 'retrieve-single-part-study',
    section: '10.4.4',
    statement: 'Single-part application/dicom is for instances alone: 406 for a study',
    given: searchStudies,
    request: (data) => get(`/studies/${data.C.study}`, 'application/dicom'),
    expect: (answer) => status(answer, 406),
  }),
  row({
    id: 'retrieve-single-part-series',
    section: '10.4.4',
    statement: 'Single-part application/dicom is for instances alone: 406 for a series',
    given: searchStudies,
    request: (data) => get(`/studies/${data.C.study}/series/${data.C.series[0]!}`, 'application/dicom'),
    expect: (answer) => status(answer, 406),
  }),
  row({
    id: 'retrieve-content-length',
    section: '8.4.3',
    statement: 'A payload has Content-Length or comes chunked',
    given: (world) => world.image('u16'),
    request: (image) => get(instancePath(image), 'application/dicom'),
    expect: (answer) => {
      const length = header(answer, 'content-length');
      if (length === undefined) equal(header(answer, 'transfer-encoding'), 'chunked', 'Transfer-Encoding');
      else equal(Number(length), answer.body.length, 'Content-Length');
    },
  }),
];

/** Wherever an address leads to nothing: 404. */
const absent: [id: string, statement: string, path: (ids: TestImage, world: World) => string][] = [
  ['study', 'a study that is not there', (_, world) => `/studies/${world.uid('absent')}`],
  [
    'series',
    'a series that is not there',
    (image, world) => `/studies/${image.studyInstanceUid}/series/${world.uid('absent')}`,
  ],
  [
    'instance',
    'an instance that is not there',
    (image, world) => instancePath({ ...image, sopInstanceUid: world.uid('absent') }),
  ],
  [
    'wrong-study',
    'a series below another study',
    (image, world) => instancePath({ ...image, studyInstanceUid: world.uid('image/u8/study') }),
  ],
  [
    'wrong-series',
    'an instance below another series',
    (image, world) => instancePath({ ...image, seriesInstanceUid: world.uid('image/u8/series') }),
  ],
];

const absentRows: Row[] = absent.map(([id, what, path]) =>
  row({
    id: `retrieve-404-${id}`,
    section: '10.4.3.1',
    statement: `404 for ${what}`,
    given: async (world) => {
      await world.image('u8');
      return world.image('u16');
    },
    request: (image, world) => get(path(image, world), ANY),
    expect: (answer) => status(answer, 404),
  }),
);

const malformed: Row[] = [
  ['letters', 'abc'],
  ['long', `1.2.${'3'.repeat(70)}`],
  ['dots', '1..2'],
].map(([id, uid]) =>
  row({
    id: `retrieve-bad-uid-${id!}`,
    section: '10.4.3.1',
    statement: `A study UID that is none (${id!}) is answered 400 or 404`,
    request: () => get(`/studies/${uid!}`, ANY),
    expect: (answer) => status(answer, 400, 404),
  }),
);

const nativeKinds = (Object.keys(KINDS) as ImageKind[]).filter((kind) => !('lossy' in KINDS[kind]));

/** Without a transfer-syntax parameter: Explicit VR Little Endian, whatever is stored. */
const explicitRows: Row[] = nativeKinds.map((kind) =>
  row({
    id: `retrieve-explicit-${kind}`,
    section: '8.7.3.4',
    statement: `Without transfer-syntax an instance of kind ${kind} comes in Explicit VR Little Endian with the right pixels`,
    given: (world: World): Promise<TestImage> => world.image(kind),
    request: (image) => get(instancePath(image), DICOM),
    expect: (answer, image) => {
      const [part] = multiparts(answer, 1);
      const { transferSyntaxUid, sopInstanceUid, dataset } = identityOf(part!.body);
      equal(transferSyntaxUid, TS.explicit, 'transfer syntax');
      equal(sopInstanceUid, image.sopInstanceUid, 'SOPInstanceUID');
      const planar = dataset['00280006']?.Value[0];
      // A server may say another planar configuration of what it decodes: then the planes are as it says.
      if ((image.kind === 'rleRgb' && planar === 1) || (image.kind === 'rlePlanar' && planar === 0)) return;
      const pixels = nativePixels(part!.body);
      const expected = KINDS[kind].bitsAllocated === 1 ? packFrames(image) : Buffer.concat(image.frames);
      sameBytes(pixels.subarray(0, expected.length), expected, 'pixel data');
    },
  }),
);

/** 1-bit frames lie one after the other without padding; these have a whole number of bytes each. */
const packFrames = (image: TestImage): Buffer => Buffer.concat(image.frames);

const explicitByName: Row[] = (['u16', 'rle16', 'jpegLossless', 'deflated', 'bigEndian'] as const).map(
  (kind) =>
    row({
      id: `retrieve-explicit-named-${kind}`,
      section: '8.7.3.5.2',
      statement: `transfer-syntax=1.2.840.10008.1.2.1 is obeyed for an instance of kind ${kind}, single part`,
      given: (world: World): Promise<TestImage> => world.image(kind),
      request: (image) => get(instancePath(image), 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'),
      expect: (answer, image) => {
        status(answer, 200);
        equal(identityOf(answer.body).transferSyntaxUid, TS.explicit, 'transfer syntax');
        sameBytes(nativePixels(answer.body).subarray(0, image.frames[0]!.length), image.frames[0]!, 'pixels');
      },
    }),
);

const syntaxes: Row[] = [
  row({
    id: 'retrieve-never-implicit',
    section: '8.7.3',
    statement: 'Implicit VR Little Endian is not used, even where it is stored and transfer-syntax=*',
    given: (world) => world.image('implicit'),
    request: (image) => get(instancePath(image), ANY),
    expect: (answer) =>
      holds(
        identityOf(multiparts(answer, 1)[0]!.body).transferSyntaxUid !== TS.implicit,
        'another transfer syntax',
      ),
  }),
  row({
    id: 'retrieve-never-big-endian',
    section: '8.7.3',
    statement: 'Explicit VR Big Endian is not used, even where it is stored and transfer-syntax=*',
    given: (world) => world.image('bigEndian'),
    request: (image) => get(instancePath(image), ANY),
    expect: (answer) =>
      holds(
        identityOf(multiparts(answer, 1)[0]!.body).transferSyntaxUid !== TS.bigEndian,
        'another transfer syntax',
      ),
  }),
  row({
    id: 'retrieve-implicit-asked',
    section: '8.7.3',
    statement: 'Implicit VR Little Endian cannot be asked for: 406 or another one',
    given: (world) => world.image('u16'),
    request: (image) => get(instancePath(image), `${DICOM}; transfer-syntax=${TS.implicit}`),
    expect: (answer) => {
      status(answer, 200, 400, 406);
      if (answer.status === 200)
        holds(
          identityOf(multiparts(answer, 1)[0]!.body).transferSyntaxUid !== TS.implicit,
          'another transfer syntax',
        );
    },
  }),
  row({
    id: 'retrieve-unknown-syntax',
    section: '8.7.8.1',
    statement: 'A transfer syntax nobody knows is answered 406',
    given: (world) => world.image('u16'),
    request: (image) => get(instancePath(image), `${DICOM}; transfer-syntax=1.2.840.10008.1.2.4.999`),
    expect: (answer) => status(answer, 406),
  }),
  ...(
    [
      'rle16',
      'jpeg',
      'jpegLossless',
      'jpegLs',
      'jpeg2000',
      'htj2k',
      'rleFrames',
      'jpegLosslessFrames',
    ] as const
  ).map((kind) =>
    row({
      id: `retrieve-stored-syntax-${kind}`,
      section: '8.7.8.2',
      statement: `An instance of kind ${kind} comes in the transfer syntax it is stored in, when that is asked for`,
      given: (world: World): Promise<TestImage> => world.image(kind),
      request: (image) => get(instancePath(image), `${DICOM}; transfer-syntax=${image.transferSyntaxUid}`),
      expect: (answer, image) => {
        const [part] = multiparts(answer, 1);
        const { transferSyntaxUid, dataset } = identityOf(part!.body);
        equal(transferSyntaxUid, image.transferSyntaxUid, 'transfer syntax');
        const fragments = (dataset['7FE00010']?.Value ?? []) as ArrayBuffer[];
        const stream = Buffer.concat(fragments.map((fragment) => Buffer.from(fragment)));
        holds(stream.includes(image.encoded[0]!), 'the encoded frame is unchanged');
      },
    }),
  ),
  row({
    id: 'retrieve-lossy-default',
    section: '8.7.3.4',
    statement: 'What is stored lossy may come so, or decoded; never as something else',
    given: (world) => world.image('jpeg'),
    request: (image) => get(instancePath(image), DICOM),
    expect: (answer) => {
      const { transferSyntaxUid } = identityOf(multiparts(answer, 1)[0]!.body);
      holds(
        [TS.explicit, TS.jpegBaseline].includes(transferSyntaxUid as typeof TS.explicit),
        `transfer syntax ${transferSyntaxUid}`,
      );
    },
  }),
];

const whole: Row[] = [
  row({
    id: 'retrieve-dataset-kept',
    section: '10.4.1.1.1',
    statement: 'An instance that is transcoded keeps its other attributes',
    given: (world) =>
      world.image('deflated', { ImageComments: '图像说明', PixelSpacing: [0.5, 0.25] }, 'deflated-kept'),
    request: (image) => get(instancePath(image), DICOM),
    expect: (answer) => {
      const { dataset } = identityOf(multiparts(answer, 1)[0]!.body);
      equal(dataset['00204000']?.Value, ['图像说明'], 'ImageComments');
      equal(dataset['00280030']?.Value.map(Number), [0.5, 0.25], 'PixelSpacing');
      equal(dataset['00080005']?.Value, ['ISO_IR 192'], 'SpecificCharacterSet');
    },
  }),
  row({
    id: 'retrieve-octets-is-bulk',
    section: '10.4.4',
    level: 'optional',
    statement: 'An instance asked for as multipart of application/octet-stream is its bulk data',
    given: (world) => world.image('u16'),
    request: (image) => get(instancePath(image), 'multipart/related; type="application/octet-stream"'),
    expect: (answer, image) => {
      const [part] = multiparts(answer);
      sameBytes(part!.body, image.frames[0]!, 'pixel data');
    },
  }),
  row({
    id: 'retrieve-zip-study',
    section: '10.4.4',
    level: 'optional',
    statement: 'A study comes as application/zip',
    given: searchStudies,
    request: (data) => get(`/studies/${data.A.study}`, 'application/zip'),
    expect: (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/zip', 'media type');
      equal(answer.body.toString('latin1', 0, 4), 'PK\x03\x04', 'first bytes of a zip file');
      const end = answer.body.lastIndexOf('PK\x05\x06', undefined, 'latin1');
      holds(end > 0, 'the archive has its directory');
      holds(answer.body.readUInt16LE(end + 10) >= 4, 'an entry for each instance');
    },
  }),
  row({
    id: 'retrieve-zip-series',
    section: '10.4.4',
    level: 'optional',
    statement: 'A series comes as application/zip',
    given: searchStudies,
    request: (data) => get(`/studies/${data.A.study}/series/${data.A.series[1]!}`, 'application/zip'),
    expect: (answer) => {
      status(answer, 200);
      equal(answer.body.toString('latin1', 0, 4), 'PK\x03\x04', 'first bytes of a zip file');
    },
  }),
  row({
    id: 'retrieve-head',
    section: 'RFC 9110 9.3.2',
    level: 'ours',
    statement: 'HEAD of an instance says type and length',
    given: (world) => world.image('u16'),
    request: (image) => ({
      method: 'HEAD',
      ...get(instancePath(image), 'application/dicom; transfer-syntax=*'),
    }),
    expect: (answer, image) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/dicom', 'media type');
      equal(Number(header(answer, 'content-length')), image.file.length, 'Content-Length');
    },
  }),
  row({
    id: 'retrieve-post',
    section: '8.5',
    statement: 'An instance cannot be posted to',
    given: (world) => world.image('u16'),
    request: (image) => ({
      method: 'POST',
      path: instancePath(image),
      headers: { 'content-type': 'application/dicom' },
      body: image.file,
    }),
    expect: (answer) => status(answer, 404, 405, 501),
  }),
];

export const retrieveRows: Row[] = [
  ...levels,
  ...absentRows,
  ...malformed,
  ...explicitRows,
  ...explicitByName,
  ...syntaxes,
  ...whole,
];
