import fs from 'node:fs';
import { expect, test } from 'vitest';
import { startCloud, temporaryFolder } from '../harness/cloud.ts';
import { survivesKillNine } from '../harness/killNine.ts';

test('kill -9 of the whole embedded tree during a push loses nothing that was acknowledged', async () => {
  await survivesKillNine('embedded', {});
});

test('a PostgreSQL left behind by kill -9 is adopted, and nothing acknowledged is lost', async () => {
  await survivesKillNine('adopted', {}, { sparing: /postgres/ });
});

test('two clouds never run on one data folder', async () => {
  const dataDirectory = temporaryFolder('twice');
  const first = await startCloud({ HUTONG_DATA: dataDirectory });
  try {
    await expect(startCloud({ HUTONG_DATA: dataDirectory })).rejects.toThrow(/Another Hutong is running/);
  } finally {
    await first.stop();
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  }
});
