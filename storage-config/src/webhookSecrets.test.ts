import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSealed, secretBox } from './secretBox.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';
import { addWebhook, findWebhookTarget, leaseDueWebhook, releaseWebhook } from './webhooks.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const url = 'https://receiver.example.org/hook';

async function keptOf(id: string): Promise<string> {
  const { rows } = await database.pool.query<{ secret: string }>(
    'SELECT secret FROM webhook WHERE webhook_id = $1',
    [id],
  );
  return rows[0]?.secret ?? '';
}

async function somethingToDeliver(): Promise<void> {
  await database.pool.query('UPDATE change_position SET last = last + 1');
}

test('the secret of a webhook is kept sealed, in its own row alone', async () => {
  const box = secretBox([randomBytes(32)]);
  const one = await addWebhook(database.pool, { hospital: null, url }, box);
  const other = await addWebhook(database.pool, { hospital: null, url }, box);
  expect(isSealed(await keptOf(one.webhook.id))).toBe(true);
  expect((await findWebhookTarget(database.pool, one.webhook.id, box))?.secret).toBe(one.secret);
  await database.pool.query('UPDATE webhook SET secret = $2 WHERE webhook_id = $1', [
    other.webhook.id,
    await keptOf(one.webhook.id),
  ]);
  await expect(findWebhookTarget(database.pool, other.webhook.id, box)).rejects.toThrow('another row');
  await database.pool.query('DELETE FROM webhook');
});

test('a secret of before is sealed when it is next delivered to, and one that cannot be opened is tried later', async () => {
  const box = secretBox([randomBytes(32)]);
  const { webhook, secret } = await addWebhook(database.pool, { hospital: null, url });
  expect(await keptOf(webhook.id)).toBe(secret);
  await somethingToDeliver();
  const leased = await leaseDueWebhook(database.pool, box);
  expect(leased?.secret).toBe(secret);
  expect(isSealed(await keptOf(webhook.id))).toBe(true);
  if (leased !== null) await releaseWebhook(database.pool, leased, { asLast: true });
  expect(await leaseDueWebhook(database.pool, secretBox([randomBytes(32)]))).toBeNull();
  const { rows } = await database.pool.query<{ failures: number; later: boolean; last_error: string }>(
    'SELECT failures, next_attempt_at > now() AS later, last_error FROM webhook WHERE webhook_id = $1',
    [webhook.id],
  );
  expect(rows[0]).toMatchObject({ failures: 1, later: true });
  expect(rows[0]?.last_error).not.toContain(secret);
});
