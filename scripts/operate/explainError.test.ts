import net from 'node:net';
import { expect, test } from 'vitest';
import { explainError } from './explainError.ts';

test('a port in use is explained with the setting that changes it', async () => {
  const first = net.createServer();
  await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
  const { port } = first.address() as net.AddressInfo;
  const error = await new Promise<Error>((resolve) => {
    net.createServer().once('error', resolve).listen(port, '127.0.0.1');
  });
  first.close();
  expect(explainError(error)).toMatch(/EADDRINUSE[\s\S]*HUTONG_PORT/);
});

test('an error without a known code keeps its own words', () => {
  expect(explainError(new Error('the schema is newer'))).toBe('the schema is newer');
});

test('an error without words is told by its code', () => {
  const error = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(explainError(error)).toMatch(/^ECONNREFUSED\n.*HUTONG_DATABASE_URL/);
});
