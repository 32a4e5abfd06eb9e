import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { FetchRequest } from './fetchRequest.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      res.writeHead(req.url === '/busy' ? 503 : 200, {
        'Content-Type': 'application/json',
        'Retry-After': '7',
      });
      res.end(
        JSON.stringify({
          method: req.method,
          token: req.headers.authorization,
          bytes: Buffer.concat(parts).length,
        }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

function send(path: string, responseType: string, body?: ArrayBuffer): Promise<FetchRequest> {
  return new Promise((resolve) => {
    const request = new FetchRequest();
    request.open(body === undefined ? 'GET' : 'POST', path);
    request.responseType = responseType;
    request.setRequestHeader('Authorization', 'Bearer x');
    request.onreadystatechange = (): void => {
      if (request.readyState === 4) resolve(request);
    };
    request.send(body);
  });
}

test('it sends method, headers and body, and decodes the answer as asked', async () => {
  const request = await send(`${url}/`, 'json', new ArrayBuffer(12));
  expect(request.status).toBe(200);
  expect(request.response).toEqual({ method: 'POST', token: 'Bearer x', bytes: 12 });
  expect((await send(`${url}/`, 'arraybuffer')).response).toBeInstanceOf(ArrayBuffer);
  expect((await send(`${url}/`, '')).response).toContain('GET');
});

test('an error status is an answer with headers, a dead server is status 0', async () => {
  const busy = await send(`${url}/busy`, 'json');
  expect(busy.status).toBe(503);
  expect(busy.getResponseHeader('Retry-After')).toBe('7');
  const dead = await send('http://127.0.0.1:1/', 'json');
  expect(dead.status).toBe(0);
  expect(dead.failure).toBeInstanceOf(Error);
});
