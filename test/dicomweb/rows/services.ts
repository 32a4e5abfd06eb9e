import { datasets, equal, holds, sameBytes, status } from '../check.ts';
import { picture } from '../material/encoders.ts';
import { COLUMNS, ROWS, TS, type TestImage } from '../material/images.ts';
import { header, mediaType, type Answer, type Request } from '../http.ts';
import { row, type Level, type Row } from '../row.ts';
import { instancePath, NotApplicable, type World } from '../world.ts';
import { identityOf, nativePixels } from './retrieve.ts';
import { isStored, postParts, small } from './store.ts';

const WADL = 'application/vnd.sun.wadl+xml';

const capability = (
  id: string,
  statement: string,
  expect: (answer: Answer, text: string) => void,
  path = '/',
  level: Level = 'required',
): Row =>
  row({
    id: `capabilities-${id}`,
    section: id.startsWith('resource') || id === 'application' ? 'H' : '8.9',
    level,
    statement,
    request: () => ({ method: 'OPTIONS', path, headers: { accept: WADL } }),
    expect: (answer) => {
      status(answer, 200);
      expect(answer, answer.body.toString('utf8'));
    },
  });

export const capabilityRows: Row[] = [
  capability('options', 'OPTIONS of the root answers a WADL document', (answer) =>
    equal(mediaType(answer), WADL, 'media type'),
  ),
  capability(
    'application',
    'The document has one application with one resources whose base is the root',
    (_, text) => {
      equal(text.split(/<application[\s>]/).length - 1, 1, 'application elements');
      equal(text.split(/<resources[\s>]/).length - 1, 1, 'resources elements');
      holds(/<resources[^>]*base="https?:\/\/[^"]+"/.test(text), 'a base URL');
    },
  ),
  ...[
    'studies',
    'series',
    'instances',
    'metadata',
    'rendered',
    'thumbnail',
    'frames',
    'bulkdata',
    'pixeldata',
  ].map((resource) =>
    capability(
      `resource-${resource}`,
      `The document describes ${resource}`,
      (_, text) =>
        holds(
          text.includes(`path="${resource}`) || text.includes(`/${resource}`),
          `a resource of ${resource}`,
        ),
      '/',
      'optional',
    ),
  ),
  capability('methods', 'The document describes methods GET and POST', (_, text) => {
    holds(/<method[^>]*name="GET"/.test(text), 'GET');
    holds(/<method[^>]*name="POST"/.test(text), 'POST');
  }),
  capability(
    'studies',
    'OPTIONS of /studies answers the description of that resource',
    (answer) => equal(mediaType(answer), WADL, 'media type'),
    '/studies',
    'optional',
  ),
  row({
    id: 'capabilities-json',
    section: '8.9',
    level: 'optional',
    statement: 'The description comes as JSON too',
    request: () => ({ method: 'OPTIONS', path: '/', headers: { accept: 'application/json' } }),
    expect: (answer) => {
      status(answer, 200);
      holds(typeof JSON.parse(answer.body.toString()) === 'object', 'JSON');
    },
  }),
  row({
    id: 'capabilities-unacceptable',
    section: '8.9',
    level: 'ours',
    statement: 'The description cannot be had as a picture: 406',
    request: () => ({ method: 'OPTIONS', path: '/', headers: { accept: 'image/png' } }),
    expect: (answer) => status(answer, 406),
  }),
];

/** Parameters of a WADO-URI request; null leaves one out. */
function uri(image: TestImage, world: World, more: Record<string, string | null> = {}): Request {
  const parameters: Record<string, string | null> = {
    requestType: 'WADO',
    studyUID: image.studyInstanceUid,
    seriesUID: image.seriesInstanceUid,
    objectUID: image.sopInstanceUid,
    ...more,
  };
  const { wadoUri } = world.target;
  if (wadoUri === null) throw new NotApplicable('no WADO-URI service is named');
  const query = Object.entries(parameters)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURI(value)}`]))
    .join('&');
  return { path: `${wadoUri}?${query}`, headers: { accept: '*/*' } };
}

const wado = (
  id: string,
  section: string,
  statement: string,
  kind: TestImage['kind'],
  more: Record<string, string | null>,
  expect: (answer: Answer, image: TestImage) => void | Promise<void>,
  level: Level = 'required',
): Row =>
  row({
    id: `uri-${id}`,
    section,
    level,
    statement,
    given: (world: World) => world.image(kind),
    request: (image, world) => uri(image, world, more),
    expect,
  });

async function isPicture(answer: Answer, type: string): Promise<Awaited<ReturnType<typeof picture>>> {
  status(answer, 200);
  equal(mediaType(answer), type, 'media type');
  return picture(answer.body);
}

export const uriRows: Row[] = [
  wado('default', '9.5', 'Without contentType an image comes as image/jpeg', 'u8', {}, async (answer) => {
    const { width, height } = await isPicture(answer, 'image/jpeg');
    equal([width, height], [COLUMNS, ROWS], 'size');
  }),
  wado(
    'dicom',
    '9.4',
    'contentType=application/dicom gives the instance',
    'u16',
    { contentType: 'application/dicom' },
    (answer, image) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/dicom', 'media type');
      const { sopInstanceUid, transferSyntaxUid } = identityOf(answer.body);
      equal(
        [sopInstanceUid, transferSyntaxUid],
        [image.sopInstanceUid, TS.explicit],
        'instance and transfer syntax',
      );
    },
  ),
  ...(['implicit', 'bigEndian', 'deflated', 'rle16', 'jpegLossless', 'jpegLs'] as const).map((kind) =>
    wado(
      `dicom-${kind}`,
      '9.4.2.4',
      `Without transferSyntax an instance of kind ${kind} comes in Explicit VR Little Endian`,
      kind,
      { contentType: 'application/dicom' },
      (answer, image) => {
        status(answer, 200);
        equal(identityOf(answer.body).transferSyntaxUid, TS.explicit, 'transfer syntax');
        sameBytes(nativePixels(answer.body).subarray(0, image.frames[0]!.length), image.frames[0]!, 'pixels');
      },
    ),
  ),
  wado(
    'dicom-syntax',
    '9.4.2.4',
    'transferSyntax chooses the transfer syntax',
    'jpegLs',
    { contentType: 'application/dicom', transferSyntax: TS.jpegLs },
    (answer) => {
      status(answer, 200);
      equal(identityOf(answer.body).transferSyntaxUid, TS.jpegLs, 'transfer syntax');
    },
    'optional',
  ),
  wado(
    'dicom-syntax-bad',
    '9.4.2.4',
    '400 for a transferSyntax that is no UID',
    'u16',
    { contentType: 'application/dicom', transferSyntax: 'abc' },
    (answer) => status(answer, 400),
    'optional',
  ),
  wado(
    'dicom-syntax-unknown',
    '9.4.2.4',
    '406 for a transfer syntax that is not supported',
    'u16',
    { contentType: 'application/dicom', transferSyntax: '1.2.840.10008.1.2.4.999' },
    (answer) => status(answer, 406),
    'optional',
  ),
  wado('png', '9.5', 'contentType=image/png gives a PNG', 'u8', { contentType: 'image/png' }, (answer) =>
    isPicture(answer, 'image/png').then(() => undefined),
  ),
  wado('gif', '9.5', 'contentType=image/gif gives a GIF', 'u8', { contentType: 'image/gif' }, (answer) =>
    isPicture(answer, 'image/gif').then(() => undefined),
  ),
  wado(
    'list',
    '9.1.2.2.1',
    'contentType may be a list',
    'u8',
    { contentType: 'text/x-suite,image/png' },
    (answer) => isPicture(answer, 'image/png').then(() => undefined),
  ),
  row({
    id: 'uri-unacceptable',
    section: '8.7.8.1',
    statement: '406 when neither contentType nor Accept names anything an image can be',
    given: (world: World) => world.image('u8'),
    request: (image, world) => ({
      ...uri(image, world, { contentType: 'video/quicktime' }),
      headers: { accept: 'video/quicktime' },
    }),
    expect: (answer) => status(answer, 406),
  }),
  wado('no-request-type', '9.1.2.1.1', '400 without requestType', 'u8', { requestType: null }, (answer) =>
    status(answer, 400),
  ),
  wado(
    'other-request-type',
    '9.1.2.1.1',
    '400 for another requestType',
    'u8',
    { requestType: 'SUITE' },
    (answer) => status(answer, 400),
  ),
  wado('no-study', '9.1.2.1', '400 without studyUID', 'u8', { studyUID: null }, (answer) =>
    status(answer, 400),
  ),
  wado('no-series', '9.1.2.1', '400 without seriesUID', 'u8', { seriesUID: null }, (answer) =>
    status(answer, 400),
  ),
  wado('no-object', '9.1.2.1', '400 without objectUID', 'u8', { objectUID: null }, (answer) =>
    status(answer, 400),
  ),
  wado('bad-object', '9.1.2.1', '400 for an objectUID that is no UID', 'u8', { objectUID: 'abc' }, (answer) =>
    status(answer, 400, 404),
  ),
  wado('absent', '9.4.3', '404 for an instance that is not there', 'u8', { objectUID: '2.25.1' }, (answer) =>
    status(answer, 404),
  ),
  wado(
    'wrong-study',
    '9.1.2.1',
    '404 for an instance of another study',
    'u8',
    { studyUID: '2.25.1' },
    (answer) => status(answer, 404),
  ),
  wado(
    'frame',
    '9.5.1.2.1',
    'frameNumber chooses the frame',
    'multiframe',
    { frameNumber: '2', contentType: 'image/png' },
    (answer) => isPicture(answer, 'image/png').then(() => undefined),
    'optional',
  ),
  wado(
    'frame-zero',
    '9.5.2.1',
    '400 for frameNumber=0',
    'multiframe',
    { frameNumber: '0' },
    (answer) => status(answer, 400),
    'optional',
  ),
  wado(
    'frame-beyond',
    '9.5.2.1',
    '400 for a frame behind the last',
    'multiframe',
    { frameNumber: '9' },
    (answer) => status(answer, 400),
    'optional',
  ),
  wado(
    'rows-columns',
    '9.5.1.2.4',
    'rows and columns bound the picture',
    'u8',
    { rows: '12', columns: '10', contentType: 'image/png' },
    async (answer) => {
      const { width, height } = await isPicture(answer, 'image/png');
      holds(width <= 10 && height <= 12, `inside 10 × 12; seen ${width} × ${height}`);
    },
    'optional',
  ),
  wado(
    'window',
    '9.5.1.2.6',
    'windowCenter and windowWidth are applied',
    'u12',
    { windowCenter: '0', windowWidth: '10', contentType: 'image/png' },
    async (answer) => {
      const { data } = await isPicture(answer, 'image/png');
      const bright = data.filter((v) => v > 250).length / data.length;
      holds(bright > 0.9, 'nearly everything lies above the window');
    },
    'optional',
  ),
  wado(
    'window-half',
    '9.5.1.2.6',
    '400 for a windowCenter without windowWidth',
    'u8',
    { windowCenter: '10' },
    (answer) => status(answer, 400),
    'optional',
  ),
  wado(
    'region',
    '9.5.1.2.5',
    'region cuts the picture',
    'u8',
    { region: '0,0,0.5,0.5', contentType: 'image/png' },
    async (answer) => {
      const { width, height } = await isPicture(answer, 'image/png');
      equal([width, height], [COLUMNS / 2, ROWS / 2], 'size');
    },
    'optional',
  ),
  wado(
    'region-bad',
    '9.5.1.2.5',
    '400 for a region that is none',
    'u8',
    { region: '0,0,2' },
    (answer) => status(answer, 400),
    'optional',
  ),
  wado(
    'quality',
    '9.5.1.2.3',
    'imageQuality is taken',
    'u8',
    { imageQuality: '10' },
    (answer) => isPicture(answer, 'image/jpeg').then(() => undefined),
    'optional',
  ),
  wado(
    'quality-bad',
    '9.5.1.2.3',
    '400 for an imageQuality beyond 100',
    'u8',
    { imageQuality: '500' },
    (answer) => status(answer, 400),
    'optional',
  ),
  wado(
    'rendered-of-dicom',
    '9.4',
    '400 when parameters of pictures go with application/dicom',
    'u8',
    { contentType: 'application/dicom', windowCenter: '1', windowWidth: '2' },
    (answer) => status(answer, 400),
    'ours',
  ),
];

const JSON_TYPE = 'application/dicom+json';

/** DELETE of a level: what was there is gone, what was beside it stays. */
function deletes(level: 'study' | 'series' | 'instance'): Row {
  return row({
    id: `delete-${level}`,
    section: 'ours',
    level: 'ours',
    statement: `DELETE of ${level === 'instance' ? 'an instance' : `a ${level}`} takes it out of search, metadata, frames and pictures`,
    given: async (world: World) => {
      const study = world.uid(`delete/${level}`);
      const doomed = small(world, `delete/${level}/doomed`, { StudyInstanceUID: study });
      const spared = small(
        world,
        `delete/${level}/spared`,
        level === 'study' ? {} : { StudyInstanceUID: study },
      );
      await world.given(`delete ${level}`, () => [doomed.file, spared.file]);
      return { doomed, spared };
    },
    request: ({ doomed }) => ({
      method: 'DELETE',
      path:
        level === 'study'
          ? `/studies/${doomed.studyInstanceUid}`
          : level === 'series'
            ? `/studies/${doomed.studyInstanceUid}/series/${doomed.seriesInstanceUid}`
            : instancePath(doomed),
      headers: { 'hutong-reason': 'QUALITY' },
    }),
    expect: async (answer, { doomed, spared }, world) => {
      status(answer, 204);
      const gone = async (path: string, accept: string): Promise<void> =>
        status(await world.send({ path, headers: { accept } }), 404);
      await gone(instancePath(doomed), 'application/dicom; transfer-syntax=*');
      await gone(`${instancePath(doomed)}/metadata`, JSON_TYPE);
      await gone(`${instancePath(doomed)}/frames/1`, 'application/octet-stream');
      await gone(`${instancePath(doomed)}/rendered`, 'image/jpeg');
      await gone(`${instancePath(doomed)}/thumbnail`, 'image/jpeg');
      const found = await world.send({
        path: `/instances?SOPInstanceUID=${doomed.sopInstanceUid}`,
        headers: { accept: JSON_TYPE },
      });
      status(found, 204);
      await isStored(world, spared);
    },
  });
}

export const deleteRows: Row[] = [
  deletes('study'),
  deletes('series'),
  deletes('instance'),
  row({
    id: 'delete-counts',
    section: 'ours',
    level: 'ours',
    statement: 'After DELETE of an instance the numbers of its study are right',
    given: async (world: World) => {
      const study = world.uid('delete/counts');
      const sent = [1, 2].map((i) => small(world, `delete/counts/${i}`, { StudyInstanceUID: study }));
      await world.given('delete counts', () => sent.map(({ file }) => file));
      return sent;
    },
    request: ([first]) => ({
      method: 'DELETE',
      path: instancePath(first!),
      headers: { 'hutong-reason': 'QUALITY' },
    }),
    expect: async (answer, [first], world) => {
      status(answer, 204);
      const found = await world.send({
        path: `/studies?StudyInstanceUID=${first!.studyInstanceUid}`,
        headers: { accept: JSON_TYPE },
      });
      const [study] = datasets(found);
      equal([study?.['00201206']?.Value, study?.['00201208']?.Value], [[1], [1]], 'series and instances');
    },
  }),
  row({
    id: 'delete-absent',
    section: 'ours',
    level: 'ours',
    statement: 'DELETE of what is not there is answered 404',
    request: (_, world) => ({
      method: 'DELETE',
      path: `/studies/${world.uid('absent')}`,
      headers: { 'hutong-reason': 'QUALITY' },
    }),
    expect: (answer) => status(answer, 404),
  }),
  row({
    id: 'delete-bad-reason',
    section: 'ours',
    level: 'ours',
    statement: 'DELETE with a reason nobody knows is answered 400, and nothing is deleted',
    given: (world) => world.image('u8'),
    request: (image) => ({
      method: 'DELETE',
      path: `/studies/${image.studyInstanceUid}`,
      headers: { 'hutong-reason': 'SUITE' },
    }),
    expect: async (answer, image, world) => {
      status(answer, 400);
      await isStored(world, image);
    },
  }),
  row({
    id: 'delete-again-stored',
    section: 'ours',
    level: 'ours',
    statement: 'What was deleted is not brought back unnoticed by sending it again',
    given: async (world: World) => {
      const sent = small(world, 'delete/again');
      await world.given('delete again', () => [sent.file]);
      status(
        await world.send({
          method: 'DELETE',
          path: instancePath(sent),
          headers: { 'hutong-reason': 'QUALITY' },
        }),
        204,
      );
      return sent;
    },
    request: ({ file }) => postParts([{ headers: { 'Content-Type': 'application/dicom' }, body: file }]),
    expect: (answer) => {
      // Either it is stored again (200) or refused with a reason (409); the conformance statement says which.
      status(answer, 200, 202, 409);
      holds(
        header(answer, 'content-type')?.includes('dicom+json') === true,
        'the answer says what became of it',
      );
    },
  }),
];
