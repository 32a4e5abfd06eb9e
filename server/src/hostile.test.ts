import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BOUNDARY, postStore, startTestServer, type TestServer } from './testing.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('a');
});
afterAll(() => server.close());
afterEach(() => {
  expect(server.logged.filter((line) => line['level'] === 50)).toEqual([]);
});

/** Sends a request as it is written and returns all that comes back. */
async function send(url: string, ...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  await once(socket, 'close');
  return answer;
}

describe('the character NUL in a query is refused', () => {
  test.each([
    '/dicomweb/studies?PatientID=a%00b',
    '/dicomweb/studies?PatientName=%00*',
    '/dicomweb/studies?ModalitiesInStudy=%00',
    '/dicomweb/series?StudyDescription=*%00*',
    '/dicomweb/instances?AccessionNumber=%00',
    '/dicomweb/instances?%00=1',
    '/hospitals/a/dicomweb/studies?PatientID=%00',
    '/api/worklist?q=%00',
    '/api/worklist?hospital=%00',
    '/api/worklist?item=%00',
    '/api/worklist?modality=%00',
    '/api/worklist?label=%00',
    '/api/studies/1.2/conformance?hospital=%00',
  ])('%s', async (path) => {
    const answer = await fetch(server.url + path, { headers: { Authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'bad-query-parameter' });
  });
});

test.each(['2026-99-99T99:99:99.999999Z', '2026-02-30T00:00:00.000000Z', '0000-01-01T00:00:00.000000Z'])(
  'a cursor of the list that names the impossible moment %s is refused',
  async (moment) => {
    const cursor = Buffer.from(JSON.stringify(['receivedAt', moment, 1, 5])).toString('base64url');
    const answer = await fetch(`${server.url}/api/worklist?sort=receivedAt&cursor=${cursor}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(400);
  },
);

test.each([
  ['without headers', `--${BOUNDARY}\r\n`],
  ['with a header that is no header', `--${BOUNDARY}\r\nno colon\r\n\r\nx\r\n`],
  ['of another type', `--${BOUNDARY}\r\nContent-Type: image/png\r\n\r\nx\r\n`],
])('parts %s count among those of a body, so that the answer stays small', async (_name, part) => {
  const body = Buffer.from(`${part.repeat(60_000)}--${BOUNDARY}--\r\n`);
  const answer = await postStore(`${server.url}/dicomweb`, body, { key });
  expect(answer.status).toBe(413);
  expect(answer.failed).toHaveLength(20_000);
});

test('a request with two Host headers is refused', async () => {
  const answer = await send(
    server.url,
    'GET /dicomweb/studies HTTP/1.1',
    'Host: 127.0.0.1',
    'Host: pacs.example.org',
    `Authorization: Bearer ${key}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('without authentication a second Host header is refused too', async () => {
  const trial = await startTestServer({ env: { HUTONG_AUTH: 'off' } });
  try {
    const answer = await send(
      trial.url,
      'GET /dicomweb/studies HTTP/1.1',
      'Host: 127.0.0.1',
      'Host: pacs.example.org',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  } finally {
    await trial.close();
  }
});
