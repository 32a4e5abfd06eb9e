import { datasets, equal, holds, multiparts, partType, sameBytes, status } from '../check.ts';
import { TS, type TestImage } from '../material/images.ts';
import { header, mediaType, type Answer, type Request } from '../http.ts';
import { row, type Level, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';

const DICOM = 'multipart/related; type="application/dicom"';
const JSON_TYPE = 'application/dicom+json';

const about = (
  id: string,
  section: string,
  statement: string,
  request: (image: TestImage) => Request,
  expect: (answer: Answer, image: TestImage) => void | Promise<void>,
  level: Level = 'required',
): Row =>
  row({
    id: `negotiation-${id}`,
    section,
    level,
    statement,
    given: (world: World) => world.image('u16'),
    request,
    expect,
  });

const instance = (accept: string, query = ''): ((image: TestImage) => Request) => {
  return (image) => ({ path: `${instancePath(image)}${query}`, headers: { accept } });
};
const frame = (accept: string, query = ''): ((image: TestImage) => Request) => {
  return (image) => ({ path: `${instancePath(image)}/frames/1${query}`, headers: { accept } });
};
const metadata = (accept: string, query = ''): ((image: TestImage) => Request) => {
  return (image) => ({ path: `${instancePath(image)}/metadata${query}`, headers: { accept } });
};

const isMultipartDicom = (answer: Answer): void =>
  equal(partType(multiparts(answer, 1)[0]!).type, 'application/dicom', 'parts');

export const negotiationRows: Row[] = [
  about(
    'q-order',
    '8.7.8.1',
    'The media range of the higher q is taken',
    instance(`application/dicom;q=0.3, ${DICOM};q=0.9`),
    isMultipartDicom,
  ),
  about(
    'q-order-other',
    '8.7.8.1',
    'q counts, not the order',
    instance(`${DICOM};q=0.3, application/dicom;q=0.9`),
    (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/dicom', 'media type');
    },
  ),
  about(
    'q-zero',
    'RFC 9110 12.4.2',
    'q=0 means not acceptable',
    instance('application/dicom;q=0'),
    (answer) => status(answer, 406),
  ),
  about(
    'unsupported-ignored',
    '8.7.5',
    'Media types that are not supported are left aside',
    instance(`text/x-suite, ${DICOM};q=0.1`),
    isMultipartDicom,
  ),
  about(
    'case',
    '8.7',
    'Media types are compared without regard to case',
    metadata('Application/DICOM+JSON'),
    (answer) => void datasets(answer),
  ),
  about(
    'parameters',
    'RFC 9110 12.5.1',
    'Further parameters of a media range do no harm',
    metadata(`${JSON_TYPE}; charset=utf-8`),
    (answer) => void datasets(answer),
  ),
  about(
    'spaces',
    'RFC 9110 5.6.6',
    'White space around separators does no harm',
    frame('multipart/related ;  type="application/octet-stream" ; q=0.5'),
    (answer, image) => sameBytes(multiparts(answer, 1)[0]!.body, image.frames[0]!, 'the frame'),
  ),
  about(
    'boundary-in-accept',
    '8.7.3.5.2',
    'A boundary parameter in Accept does no harm',
    frame('multipart/related; type="application/octet-stream"; boundary=**'),
    (answer) => void multiparts(answer, 1),
  ),
  about(
    'multipart-any',
    'RFC 9110 12.5.1',
    'multipart/* takes what the resource has',
    instance('multipart/*'),
    (answer) => void multiparts(answer, 1),
    'optional',
  ),
  about(
    'multipart-no-type',
    '8.7.1',
    'multipart/related without a type takes the default of the resource',
    instance('multipart/related'),
    (answer) => void multiparts(answer, 1),
    'optional',
  ),
  about(
    'any-instance',
    '8.7.8.1',
    '*/* of an instance is application/dicom, in parts or single',
    instance('*/*'),
    (answer) => {
      status(answer, 200);
      if (mediaType(answer) === 'application/dicom') return;
      isMultipartDicom(answer);
    },
  ),
  about(
    'syntax-q',
    '8.7.3.5.2',
    'Of two transfer syntaxes the one of the higher q is taken',
    instance(
      `application/dicom; transfer-syntax=${TS.rle};q=0.2, application/dicom; transfer-syntax=${TS.explicit};q=0.8`,
    ),
    (answer) => {
      status(answer, 200);
      holds(
        answer.body.toString('latin1', 132, 500).includes(`${TS.explicit}\0`),
        'Explicit VR Little Endian',
      );
    },
  ),
  about(
    'syntax-fallback',
    '8.7.8.1',
    'A transfer syntax that cannot be given is left aside for one that can',
    instance(
      `application/dicom; transfer-syntax=1.2.840.10008.1.2.4.999, application/dicom; transfer-syntax=${TS.explicit};q=0.5`,
    ),
    (answer) => {
      status(answer, 200);
      holds(
        answer.body.toString('latin1', 132, 500).includes(`${TS.explicit}\0`),
        'Explicit VR Little Endian',
      );
    },
  ),
  about(
    'accept-parameter',
    '8.3.3.1',
    'The accept parameter goes before the header',
    metadata(`multipart/related; type="application/dicom+xml"`, `?accept=${encodeURIComponent(JSON_TYPE)}`),
    (answer) => void datasets(answer),
  ),
  about(
    'accept-parameter-unsupported',
    '8.7.8.1',
    'When the accept parameter names nothing supported, the header counts',
    metadata(JSON_TYPE, '?accept=image/png'),
    (answer) => void datasets(answer),
  ),
  about(
    'accept-parameter-list',
    '8.3.3.1',
    'The accept parameter may be a list',
    metadata('*/*', `?accept=${encodeURIComponent(`text/x-suite,${JSON_TYPE}`)}`),
    (answer) => void datasets(answer),
  ),
  about(
    'accept-parameter-frames',
    '8.3.3.1',
    'The accept parameter may name multipart and a transfer syntax',
    frame(
      '*/*',
      `?accept=${encodeURIComponent(`multipart/related; type="application/octet-stream"; transfer-syntax=${TS.explicit}`)}`,
    ),
    (answer, image) => sameBytes(multiparts(answer, 1)[0]!.body, image.frames[0]!, 'the frame'),
  ),
  about(
    'no-accept',
    '8.7.7',
    'Without Accept the answer is the default (RFC 9110 12.5.1) or 406',
    (image) => ({ path: `${instancePath(image)}/metadata` }),
    (answer) => {
      status(answer, 200, 406);
      if (answer.status === 200) void datasets(answer);
    },
  ),
  about(
    'empty-accept',
    'RFC 9110 12.5.1',
    'An empty Accept is no error of the server',
    metadata(''),
    (answer) => status(answer, 200, 400, 406),
  ),
  about(
    'nonsense',
    'RFC 9110 12.5.1',
    'An Accept that is none is no error of the server',
    metadata(';;==,,/"'),
    (answer) => status(answer, 200, 400, 406),
  ),
  about(
    '406-says',
    '8.5',
    'A 406 says what could be had',
    metadata('image/png'),
    (answer) => {
      status(answer, 406);
      holds(answer.body.length > 0, 'a body');
    },
    'ours',
  ),
  about(
    'charset-header',
    '8.8',
    'Accept-Charset of UTF-8 is fine',
    (image) => ({
      path: `${instancePath(image)}/metadata`,
      headers: { accept: JSON_TYPE, 'accept-charset': 'utf-8' },
    }),
    (answer) => void datasets(answer),
  ),
  about(
    'charset-parameter',
    '8.3.3.2',
    'The charset parameter of UTF-8 is fine',
    metadata(JSON_TYPE, '?charset=utf-8'),
    (answer) => void datasets(answer),
  ),
  about(
    'unknown-parameter',
    '8.3.1',
    'Parameters nobody knows are left aside by retrieve',
    metadata(JSON_TYPE, '?suite=1'),
    (answer) => void datasets(answer),
  ),
];

const tagOf = (answer: Answer): string => {
  const tag = header(answer, 'etag');
  holds(tag !== undefined, 'an ETag');
  return tag;
};

/** Resources with an entity tag. */
const TAGGED: [id: string, path: (image: TestImage) => string, accept: string][] = [
  ['metadata', (image) => `${instancePath(image)}/metadata`, JSON_TYPE],
  [
    'series-metadata',
    (image) => `/studies/${image.studyInstanceUid}/series/${image.seriesInstanceUid}/metadata`,
    JSON_TYPE,
  ],
  ['instance', instancePath, 'application/dicom; transfer-syntax=*'],
  ['frame', (image) => `${instancePath(image)}/frames/1`, 'application/octet-stream'],
  ['rendered', (image) => `${instancePath(image)}/rendered`, 'image/jpeg'],
  ['thumbnail', (image) => `${instancePath(image)}/thumbnail`, 'image/jpeg'],
];

export const cachingRows: Row[] = [
  ...TAGGED.map(([id, path, accept]) =>
    row({
      id: `caching-304-${id}`,
      section: 'RFC 9110 13.1.2',
      level: 'ours',
      statement: `The ETag of ${id} in If-None-Match is answered 304`,
      given: async (world: World) => {
        const image = await world.image('u16');
        return { image, tag: tagOf(await world.send({ path: path(image), headers: { accept } })) };
      },
      request: ({ image, tag }) => ({ path: path(image), headers: { accept, 'if-none-match': tag } }),
      expect: (answer) => {
        status(answer, 304);
        equal(answer.body.length, 0, 'body');
      },
    }),
  ),
  ...TAGGED.map(([id, path, accept]) =>
    row({
      id: `caching-control-${id}`,
      section: 'RFC 9111 5.2.2',
      level: 'ours',
      statement: `${id} may be kept by the client alone, and is asked for again`,
      given: (world: World): Promise<TestImage> => world.image('u16'),
      request: (image) => ({ path: path(image), headers: { accept } }),
      expect: (answer) => {
        status(answer, 200);
        const control = header(answer, 'cache-control') ?? '';
        holds(
          /private/.test(control) && /no-cache|no-store|max-age=0/.test(control),
          `Cache-Control; seen "${control}"`,
        );
      },
    }),
  ),
  about(
    'caching-changed',
    'RFC 9110 13.1.2',
    'An ETag of something else is answered with the content',
    (image) => ({
      path: `${instancePath(image)}/metadata`,
      headers: { accept: JSON_TYPE, 'if-none-match': '"suite"' },
    }),
    (answer) => void datasets(answer),
  ),
  about(
    'caching-vary',
    'RFC 9110 12.5.5',
    'What depends on Accept says so in Vary',
    metadata(JSON_TYPE),
    (answer) =>
      holds(/accept/i.test(header(answer, 'vary') ?? ''), `Vary; seen "${header(answer, 'vary') ?? ''}"`),
    'ours',
  ),
  row({
    id: 'caching-forms-differ',
    section: 'RFC 9110 8.8.3',
    level: 'ours',
    statement: 'The ETag of a frame in one encoding is not taken for the frame in another',
    given: async (world: World) => {
      const image = await world.image('u16');
      return { image, tag: tagOf(await world.send(frame('application/octet-stream')(image))) };
    },
    request: ({ image, tag }) => ({
      path: `${instancePath(image)}/frames/1`,
      headers: { accept: `image/jls; transfer-syntax=${TS.jpegLs}`, 'if-none-match': tag },
    }),
    expect: (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'image/jls', 'media type');
    },
  }),
  about(
    'range-instance',
    '8.4.3',
    'A byte range of an instance as stored is answered 206',
    (image) => ({
      path: instancePath(image),
      headers: { accept: 'application/dicom; transfer-syntax=*', range: 'bytes=128-131' },
    }),
    (answer) => {
      status(answer, 206);
      equal(answer.body.toString('latin1'), 'DICM', 'bytes 128 to 131');
    },
    'ours',
  ),
  about(
    'range-frame',
    '8.4.3',
    'A byte range of a frame as stored is answered 206',
    (image) => ({
      path: `${instancePath(image)}/frames/1`,
      headers: { accept: 'application/octet-stream; transfer-syntax=*', range: 'bytes=2-9' },
    }),
    (answer, image) => {
      status(answer, 206);
      equal(header(answer, 'content-range'), `bytes 2-9/${image.frames[0]!.length}`, 'Content-Range');
      sameBytes(answer.body, image.frames[0]!.subarray(2, 10), 'bytes 2 to 9');
    },
    'ours',
  ),
  about(
    'if-match',
    'RFC 9110 13.1.1',
    'If-Match of another tag is answered 412',
    (image) => ({
      path: instancePath(image),
      headers: { accept: 'application/dicom; transfer-syntax=*', 'if-match': '"suite"' },
    }),
    (answer) => status(answer, 412),
    'ours',
  ),
  about(
    'range-if-range',
    'RFC 9110 13.1.5',
    'If-Range of another tag gives the whole',
    (image) => ({
      path: instancePath(image),
      headers: { accept: 'application/dicom; transfer-syntax=*', range: 'bytes=0-3', 'if-range': '"suite"' },
    }),
    (answer, image) => {
      status(answer, 200);
      equal(answer.body.length, image.file.length, 'length');
    },
    'ours',
  ),
  about(
    'range-beyond',
    'RFC 9110 15.5.17',
    'A range behind the end of an instance is answered 416',
    (image) => ({
      path: instancePath(image),
      headers: { accept: 'application/dicom; transfer-syntax=*', range: 'bytes=99999999-' },
    }),
    (answer) => status(answer, 416),
    'ours',
  ),
];
