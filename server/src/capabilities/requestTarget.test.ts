import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('a');
});
afterAll(() => server.close());

/** Sends lines as they are and returns all that comes back. */
async function send(...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write([...lines, '', ''].join('\r\n'));
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('utf8')));
  await once(socket, 'close');
  return answer;
}

const authorized = () => `Authorization: Bearer ${key}`;
const loggedAs = (level: number) => server.logged.filter((line) => line['level'] === level);

/** The problem in an answer that came over the wire. */
function problemIn(answer: string): { status: number; body: Record<string, unknown> } {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) as Record<string, unknown> };
}

test('HTTP/1.0 needs no Host header, and addresses are then those of the connection', async () => {
  const answer = await send('GET /dicomweb/studies HTTP/1.0', authorized(), 'Accept: application/json');
  expect(answer).toMatch(/^HTTP\/1\.1 204/);
});

test('HTTP/1.1 without a Host header is refused in words', async () => {
  const { status, body } = problemIn(
    await send('GET /dicomweb/studies HTTP/1.1', authorized(), 'Connection: close'),
  );
  expect(status).toBe(400);
  expect(body['detail']).toContain('Host');
  expect(body['detailZh']).toContain('Host');
});

test('OPTIONS * says what the server can', async () => {
  const answer = await send('OPTIONS * HTTP/1.1', 'Host: a', 'Connection: close');
  expect(answer).toMatch(/^HTTP\/1\.1 204/);
  expect(answer).toMatch(/^Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r$/m);
});

describe('addresses that are no percent-encoded UTF-8 are refused', () => {
  test.each([
    ['/dicomweb/studies?PatientName=%', 'query'],
    ['/dicomweb/studies?PatientName=100%ZZ', 'query'],
    ['/dicomweb/studies?PatientName=%D5%C5*', 'query'],
    ['/hospitals/a/dicomweb/studies?PatientName=%D5%C5', 'query'],
    ['/api/worklist?q=%C0%80', 'query'],
    ['/dicomweb/studies/1.9.1%00', 'path'],
    ['/dicomweb/studies/1.9.1%00/metadata', 'path'],
    ['/api/studies/%D5%C5/conformance', 'path'],
  ])('%s', async (path, where) => {
    const answer = await fetch(server.url + path, {
      headers: { Authorization: `Bearer ${key}`, Accept: 'application/json' },
    });
    expect(answer.status).toBe(400);
    const { detail } = (await answer.json()) as { detail: string };
    expect(detail).toContain(`The ${where} is not percent-encoded UTF-8`);
  });

  test('and those that are, are searched', async () => {
    const answer = await fetch(`${server.url}/dicomweb/studies?PatientName=${encodeURIComponent('张%')}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(204);
  });
});

test.each([
  ['a method of no meaning', ['FOO / HTTP/1.1', 'Host: a'], 400],
  ['a method in lower case', ['get /dicomweb/studies HTTP/1.1', 'Host: a'], 400],
  ['headers beyond the limit', ['GET / HTTP/1.1', 'Host: a', `X: ${'a'.repeat(100_000)}`], 431],
  [
    'an expectation nobody knows',
    ['GET / HTTP/1.1', 'Host: a', 'Expect: SECRET-x', 'Connection: close'],
    417,
  ],
  ['a tunnel', ['CONNECT example.org:443 HTTP/1.1', 'Host: example.org'], 501],
])('%s is refused in both languages, without a word of what was sent', async (_what, lines, expected) => {
  const answer = await send(...lines);
  const { status, body } = problemIn(answer);
  expect(status).toBe(expected);
  expect(body['status']).toBe(expected);
  expect(body['detail']).toMatch(/\w/);
  expect(body['detailZh']).toMatch(/\p{Script=Han}/u);
  expect(answer).not.toMatch(/FOO|SECRET|example/);
});

test('methods that nobody has are no fault of the server in its log', async () => {
  const before = loggedAs(50).length;
  const answer = await fetch(`${server.url}/dicomweb/studies`, { method: 'PROPFIND' });
  expect(answer.status).toBe(501);
  expect(loggedAs(50)).toHaveLength(before);
});
