import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let key: string;
beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('a');
});
afterAll(() => server.close());

const ask = (path: string): Promise<Response> =>
  fetch(`${server.url}/dicomweb${path}`, { headers: { Authorization: `Bearer ${key}` } });

/** UIDs of a length, all different. */
const uids = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const root = `2.25.${i + 1}.`;
    return root + '1'.repeat(length - root.length);
  });

test.each([',', '\\', '%5C', '%2C'])(
  'a key of 1000 UIDs of 64 characters with %s between them is read',
  async (between) => {
    expect((await ask(`/studies?StudyInstanceUID=${uids(1000, 64).join(between)}`)).status).toBe(204);
  },
);

test('a key of more values is refused, and the answer says how many there may be', async () => {
  const answer = await ask(`/studies?StudyInstanceUID=${uids(1100, 38).join(',')}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    code: 'bad-query-parameter',
    detail: expect.stringContaining('1000') as string,
  });
});
