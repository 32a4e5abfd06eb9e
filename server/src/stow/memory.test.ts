import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import {
  datasetBytes,
  encapsulatedStart,
  ENCAPSULATED_END,
  fragmentHeader,
  number,
  part10Head,
  readPart10,
  type DicomJson,
} from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anInstance } from '../../../test/factories/index.ts';
import { BOUNDARY, startTestServer, type TestServer } from '../testing.ts';

const MIB = 1024 * 1024;
const FRAMES = 100;
/** Far less than the body, and what the sender, the garbage and the buffers of this process take. */
const MOST_GROWTH = 200 * MIB;

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('first');
});
afterAll(() => server.close());

const { dataset, identity } = readPart10(anInstance({}, { seed: 'memory' }).bytes);
/** One frame of 4 MiB, which is sent again and again: the sender holds no more than that. */
const FRAME = Buffer.concat([codestreamHead(), Buffer.alloc(4 * MIB - codestreamHead().length, 7)]);
const frames: DicomJson = { ...dataset, '00280008': { vr: 'IS', Value: [FRAMES] } };
delete frames['7FE00010'];

/** Main header of a JPEG 2000 codestream of the size of the image, with one component of 8 bits. */
function codestreamHead(): Buffer {
  const extent = Buffer.alloc(8);
  extent.writeUInt32BE(number(dataset, '00280011') ?? 0);
  extent.writeUInt32BE(number(dataset, '00280010') ?? 0, 4);
  const none = Buffer.alloc(8);
  const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
  return Buffer.concat([
    hex('ff4fff5100290000'),
    ...[extent, none, extent, none],
    ...[hex('0001070101'), hex('ff52000c00000001000504040001')],
  ]);
}

function* asFile(): Iterable<Buffer> {
  yield part10Head({ transferSyntaxUid: '1.2.840.10008.1.2.4.91', ...identity });
  yield datasetBytes(frames);
  yield encapsulatedStart();
  for (let i = 0; i < FRAMES; i++) {
    yield fragmentHeader(FRAME.length);
    yield FRAME;
  }
  yield ENCAPSULATED_END;
}

function* asMetadata(): Iterable<Buffer> {
  const described: DicomJson = {
    ...frames,
    '00080018': { vr: 'UI', Value: ['1.2.3.4'] },
    '7FE00010': { vr: 'OB', BulkDataURI: 'frame' },
  };
  const part = (...headers: string[]): Buffer =>
    Buffer.from(`\r\n--${BOUNDARY}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`);
  yield part('Content-Type: application/dicom+json');
  yield Buffer.from(JSON.stringify([described]));
  for (let i = 0; i < FRAMES; i++) {
    yield part('Content-Type: image/jp2', 'Content-Location: frame');
    yield FRAME;
  }
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
}

/** Posts pieces as they are taken. Returns the status and the highest growth of this process's memory. */
async function send(
  contentType: string,
  pieces: Iterable<Buffer>,
): Promise<{ status: number; growth: number }> {
  const sent = request(`${server.url}/dicomweb/studies`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': contentType },
  });
  const answered = once(sent, 'response');
  const before = process.memoryUsage.rss();
  let growth = 0;
  for (const piece of pieces) {
    if (!sent.write(piece)) await once(sent, 'drain');
    growth = Math.max(growth, process.memoryUsage.rss() - before);
  }
  const sampling = setInterval(() => {
    growth = Math.max(growth, process.memoryUsage.rss() - before);
  }, 20);
  sent.end();
  const [answer] = (await answered) as [IncomingMessage];
  clearInterval(sampling);
  answer.resume();
  return { status: answer.statusCode ?? 0, growth };
}

test.each([
  ['as a file', 'application/dicom', asFile],
  [
    'as metadata and frames',
    `multipart/related; type="application/dicom+json"; boundary=${BOUNDARY}`,
    asMetadata,
  ],
])(
  'an instance of 400 MiB sent %s is stored without being held in memory',
  async (_name, contentType, pieces) => {
    const { status, growth } = await send(contentType, pieces());
    expect(status).toBe(200);
    expect(growth).toBeLessThan(MOST_GROWTH);
  },
);
