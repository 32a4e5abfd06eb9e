/** Who may show the card of a reminder in a frame: configured origins alone, and the card alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';

const HIS = 'https://his.example';
let folder: string;
let servers: TestServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-card-'));
  for (const page of ['index.html', 'reminder-card.html'])
    await writeFile(path.join(folder, page), `<!doctype html><title>${page}</title>`);
  const viewerDirectories = { portal: folder, ohif: folder };
  servers = [
    await startTestServer({
      viewerDirectories,
      env: { HUTONG_REMINDER_FRAME_ORIGINS: `${HIS}, https://emr.example` },
    }),
    await startTestServer({ viewerDirectories }),
  ];
}, 60_000);
afterAll(async () => {
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function framing(server: TestServer | undefined, page: string) {
  const { headers } = await fetch(`${server?.url ?? ''}${page}`);
  const [, ancestors] = /frame-ancestors ([^;]+)/.exec(headers.get('content-security-policy') ?? '') ?? [];
  return { ancestors, frameOptions: headers.get('x-frame-options') };
}

test('pages of configured origins show the card, and nothing else of the portal', async () => {
  const [open] = servers;
  expect(await framing(open, '/reminder-card')).toEqual({
    ancestors: `${HIS} https://emr.example`,
    frameOptions: null,
  });
  for (const page of ['/', '/recognition/reminders', '/index.html'])
    expect(await framing(open, page)).toEqual({ ancestors: "'none'", frameOptions: 'DENY' });
});

test('where no origin is configured nobody shows it', async () => {
  expect(await framing(servers[1], '/reminder-card')).toEqual({ ancestors: "'none'", frameOptions: 'DENY' });
});
