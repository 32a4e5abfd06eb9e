import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ObjectStoreUnavailable } from '../objectStore.ts';
import { openS3Store } from './s3Store.ts';

const at = (endpoint: string, over: { accessKey?: string; secretKey?: string } = {}) => ({
  endpoint: new URL(endpoint),
  bucket: 'hutong-test',
  region: 'us-east-1',
  accessKey: 'key',
  secretKey: 'secret',
  ...over,
});

test('an S3 server that is not there is reported as such', async () => {
  await expect(openS3Store(at('http://127.0.0.1:1'))).rejects.toThrow(ObjectStoreUnavailable);
});

test('an S3 server that only answers with errors is asked again and then reported', async () => {
  let requests = 0;
  const server = createServer((_req, res) => {
    requests += 1;
    res.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(openS3Store(at(`http://127.0.0.1:${port}`))).rejects.toThrow(ObjectStoreUnavailable);
  expect(requests).toBe(3);
  server.closeAllConnections();
  server.close();
});

const endpoint = process.env['HUTONG_TEST_S3_ENDPOINT'];
describe.skipIf(endpoint === undefined)('a real S3 server (HUTONG_TEST_S3_ENDPOINT)', () => {
  test('wrong keys are refused at once', async () => {
    await expect(openS3Store(at(endpoint!, { secretKey: 'wrong' }))).rejects.toThrow(ObjectStoreUnavailable);
  });
});
