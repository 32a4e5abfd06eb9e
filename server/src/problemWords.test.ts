import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('a', ['read', 'correct']);
});
afterAll(() => server.close());

interface Said {
  code: string;
  detail: string;
  detailZh: string;
}

async function said(path: string, init: RequestInit): Promise<Said & { status: number }> {
  const answer = await fetch(server.url + path, init);
  return { status: answer.status, ...((await answer.json()) as Said) };
}

test.each([['Bearer htk_wrong'], [`Basic ${btoa('pacs:htk_wrong')}`], ['Negotiate abc']])(
  'whoever shows %s hears that it is not valid, not that nothing was shown',
  async (authorization) => {
    const shown = await said('/dicomweb/studies', { headers: { Authorization: authorization } });
    const nothing = await said('/dicomweb/studies', {});
    expect([shown.status, nothing.status]).toEqual([401, 401]);
    expect(shown.code).toBe(nothing.code);
    expect(shown.detail).toMatch(/not valid, has ended, or is not for requests from here/);
    expect(shown.detailZh).toMatch(/无效、已失效，或不允许从此处使用/);
    expect(nothing.detail).toMatch(/sign in/);
  },
);

test.each([['{"reason": oops}'], ['{"patient": "SECRET^NAME"'], ['{"a": SECRET']])(
  'of a body that is no JSON (%s) it is said that it was the JSON, without its words',
  async (body) => {
    const found = await said('/dicomweb/studies/1.2.3', {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body,
    });
    expect(found.status).toBe(400);
    expect(found.detail).toMatch(/^The body is not well-formed JSON(: it fails at character \d+)?\.$/);
    expect(found.detailZh).toMatch(/^请求内容不是规范的 JSON/);
  },
);
