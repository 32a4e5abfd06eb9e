import { equal, holds, sameBytes, status } from '../check.ts';
import { everything, LARGE, NESTED, PDF, record, type Identity } from '../material/records.ts';
import { header, mediaType, parts, type Answer } from '../http.ts';
import { row, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';
import { JSON_TYPE, metadataOf, OCTETS, one } from './metadataAsk.ts';

const pdf = (world: World): Promise<Identity> =>
  record(world, 'pdf', {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
    Modality: 'DOC',
    EncapsulatedDocument: { vr: 'OB', value: PDF },
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
  });

/** The URI of the large private value of {@link everything}. */
async function largeUri(world: World): Promise<string> {
  const found = one(await world.send(metadataOf(await everything(world))));
  const uri = found['00211001']?.BulkDataURI;
  holds(uri !== undefined, 'a value of 70 KB stands by BulkDataURI');
  return uri;
}

const bulkRow = (
  id: string,
  section: string,
  statement: string,
  headers: Record<string, string>,
  expect: (answer: Answer) => void,
  level: Row['level'] = 'required',
): Row =>
  row({
    id: `bulk-${id}`,
    section,
    level,
    statement,
    given: largeUri,
    request: (path) => ({ path, headers }),
    expect,
  });

export const bulkDataRows: Row[] = [
  bulkRow(
    'multipart',
    '10.4.4',
    'Bulk data comes as multipart of application/octet-stream',
    { accept: OCTETS },
    (answer) => {
      status(answer, 200);
      const found = parts(answer);
      equal(found.length, 1, 'parts');
      sameBytes(found[0]!.body, LARGE, 'the value');
    },
  ),
  bulkRow(
    'single',
    '10.4.4',
    'One value comes as application/octet-stream, single part',
    { accept: 'application/octet-stream' },
    (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/octet-stream', 'media type');
      sameBytes(answer.body, LARGE, 'the value');
    },
    'optional',
  ),
  bulkRow(
    'content-location',
    '10.4.3.3.5',
    'A part of bulk data says its Content-Location',
    { accept: OCTETS },
    (answer) => {
      const [part] = parts(answer);
      holds(
        part?.headers['content-location'] !== undefined,
        `Content-Location; seen ${JSON.stringify(part?.headers)}`,
      );
    },
  ),
  bulkRow(
    'range',
    '8.4.3',
    'A byte range of bulk data is answered 206',
    { accept: 'application/octet-stream', range: 'bytes=100-199' },
    (answer) => {
      status(answer, 206);
      equal(header(answer, 'content-range'), `bytes 100-199/${LARGE.length}`, 'Content-Range');
      sameBytes(answer.body, LARGE.subarray(100, 200), 'the range');
    },
    'ours',
  ),
  bulkRow(
    'range-suffix',
    'RFC 9110 14.1.2',
    'The last bytes can be asked for',
    { accept: 'application/octet-stream', range: 'bytes=-10' },
    (answer) => {
      status(answer, 206);
      sameBytes(answer.body, LARGE.subarray(-10), 'the range');
    },
    'ours',
  ),
  bulkRow(
    'range-open',
    'RFC 9110 14.1.2',
    'A range may lack its end',
    { accept: 'application/octet-stream', range: `bytes=${LARGE.length - 5}-` },
    (answer) => {
      status(answer, 206);
      sameBytes(answer.body, LARGE.subarray(-5), 'the range');
    },
    'ours',
  ),
  bulkRow(
    'range-beyond',
    'RFC 9110 15.5.17',
    'A range behind the end is answered 416',
    { accept: 'application/octet-stream', range: 'bytes=70000-' },
    (answer) => {
      status(answer, 416);
      equal(header(answer, 'content-range'), `bytes */${LARGE.length}`, 'Content-Range');
    },
    'ours',
  ),
  bulkRow(
    'range-nonsense',
    'RFC 9110 14.2',
    'A range that is none is ignored',
    { accept: 'application/octet-stream', range: 'lines=1-2' },
    (answer) => {
      status(answer, 200);
      sameBytes(answer.body, LARGE, 'the value');
    },
    'ours',
  ),
  bulkRow(
    'unacceptable',
    '8.7.8.1',
    'Bulk data cannot be had as JSON: 406',
    { accept: JSON_TYPE },
    (answer) => status(answer, 406),
  ),
  row({
    id: 'bulk-gone',
    section: '10.4.3.1',
    statement: 'A bulk data address that leads to nothing is answered 404',
    given: async (world) => (await largeUri(world)).replace('00211001', '00211099'),
    request: (path) => ({ path, headers: { accept: OCTETS } }),
    expect: (answer) => status(answer, 404, 400),
  }),
  row({
    id: 'bulk-instance',
    section: '10.4.1.1.5',
    level: 'optional',
    statement: '/bulkdata of an instance is all its bulk data, each part with its Content-Location',
    given: everything,
    request: (ids) => ({ path: `${instancePath(ids)}/bulkdata`, headers: { accept: OCTETS } }),
    expect: (answer) => {
      status(answer, 200);
      const found = parts(answer);
      holds(
        found.some(({ body }) => body.equals(LARGE)),
        'the large value is among the parts',
      );
      holds(
        found.some(({ body }) => body.equals(NESTED)),
        'the value inside a sequence is among the parts',
      );
      for (const part of found)
        holds(part.headers['content-location'] !== undefined, 'Content-Location of each part');
    },
  }),
  row({
    id: 'bulk-series',
    section: '10.4.1.1.5',
    level: 'optional',
    statement: '/bulkdata of a series is the bulk data of its instances',
    given: everything,
    request: (ids) => ({
      path: `/studies/${ids.studyInstanceUid}/series/${ids.seriesInstanceUid}/bulkdata`,
      headers: { accept: OCTETS },
    }),
    expect: (answer) => {
      status(answer, 200);
      holds(
        parts(answer).some(({ body }) => body.equals(LARGE)),
        'the large value is among the parts',
      );
    },
  }),
  row({
    id: 'bulk-study',
    section: '10.4.1.1.5',
    level: 'optional',
    statement: '/bulkdata of a study is the bulk data of its instances',
    given: everything,
    request: (ids) => ({ path: `/studies/${ids.studyInstanceUid}/bulkdata`, headers: { accept: OCTETS } }),
    expect: (answer) => {
      status(answer, 200);
      holds(
        parts(answer).some(({ body }) => body.equals(LARGE)),
        'the large value is among the parts',
      );
    },
  }),
  row({
    id: 'bulk-document',
    section: '8.7.3.3',
    level: 'optional',
    statement: 'An encapsulated document comes under its own media type',
    given: async (world) => {
      const uri = one(await world.send(metadataOf(await pdf(world))))['00420011']?.BulkDataURI;
      holds(uri !== undefined, 'EncapsulatedDocument stands by BulkDataURI');
      return uri;
    },
    request: (path) => ({ path, headers: { accept: 'application/pdf' } }),
    expect: (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/pdf', 'media type');
      sameBytes(answer.body.subarray(0, PDF.length), PDF, 'the document');
    },
  }),
  row({
    id: 'bulk-pixel-range',
    section: '8.4.3',
    level: 'ours',
    statement: 'A byte range of pixel data is answered 206',
    given: async (world) => {
      const image = await world.image('multiframe');
      const uri = one(await world.send(metadataOf(image)))['7FE00010']?.BulkDataURI;
      holds(uri !== undefined, 'PixelData stands by BulkDataURI');
      return { uri, image };
    },
    request: ({ uri }) => ({
      path: uri,
      headers: { accept: 'application/octet-stream', range: 'bytes=960-1919' },
    }),
    expect: (answer, { image }) => {
      status(answer, 206);
      sameBytes(answer.body, image.frames[1]!, 'the second frame');
    },
  }),
];
