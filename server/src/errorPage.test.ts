import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorPage } from './errorPage.ts';
import { startTestServer, type TestServer } from './testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

// fetch sets Sec-Fetch-Mode itself.
const navigate = (path: string) =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const headers = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html,*/*;q=0.8' };
      const asked = request(server.url + path, { headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      asked.on('error', reject).end();
    },
  );

test('whoever goes to an address with a browser reads in words what is wrong', async () => {
  const answer = await navigate('/dicomweb/studies/1.2.3/nothing-here');
  expect(answer.status).toBe(401);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.text).toContain('请先登录');
  expect(answer.text).toContain(String(answer.headers['x-request-id']));
  const [, style = ''] = /<style>(.*)<\/style>/.exec(answer.text) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(answer.headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
  expect(answer.headers['content-security-policy']).not.toContain('script-src');
});

test('programs, and pages that fetch, get the problem as JSON', async () => {
  const answer = await fetch(`${server.url}/dicomweb/studies`, { headers: { Accept: 'text/html' } });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

test('nothing in a problem becomes markup', () => {
  const text = '<script>alert(1)</script>"\'&';
  const page = errorPage({
    type: '',
    title: text,
    status: 400,
    code: 'bad-request',
    detail: text,
    detailZh: text,
    requestId: text,
  });
  expect(page).not.toContain('<script');
  expect(page.match(/&#60;script&#62;/g)).toHaveLength(4);
});
