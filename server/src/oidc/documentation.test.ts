import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import {
  agree,
  begin,
  createPerson,
  machineClient,
  REDIRECT,
  signedIn,
  type Tokens,
  webClient,
} from './testing.ts';

const PAGE = path.resolve(import.meta.dirname, '../../../docs/integration.md');
const run = promisify(execFile);
const canRun = ['bash', 'curl', 'openssl'].every(
  (tool) => spawnSync(tool, ['--version']).error === undefined,
);

/** The lines that the page shows under a name. */
function lines(name: string): string {
  const [, found] =
    new RegExp(`\`\`\`sh ${name}\\n([\\s\\S]*?)\`\`\``).exec(readFileSync(PAGE, 'utf8')) ?? [];
  if (found === undefined) throw new Error(`the page shows no ${name}`);
  return found;
}

describe.skipIf(!canRun)('the lines of docs/integration.md (bash, curl and openssl are needed)', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server.close();
  });

  const shell = async (script: string, env: Record<string, string>): Promise<string> => {
    const { stdout } = await run('bash', ['-euc', script], {
      env: { PATH: process.env['PATH'] ?? '', HUTONG: server.url, ...env },
    });
    return stdout.trim();
  };

  test('a machine gets a token and searches with it', async () => {
    const { client, secret } = await machineClient(server);
    const script = lines('machine').replace('curl -s -H', 'curl -s -o /dev/null -w "%{http_code}" -H');
    expect(await shell(script, { CLIENT_ID: client.id, CLIENT_SECRET: secret ?? '' })).toBe('204');
  });

  test('an application sends a browser, exchanges the code, reads, and refreshes', async () => {
    const { client } = await webClient(server);
    const browser = await signedIn(
      server,
      await createPerson(server, [{ role: 'radiologist', hospital: null }]),
    );
    const env = { CLIENT_ID: client.id, REDIRECT, STATE: 'a-state' };
    const shown = await shell(`${lines('authorize')}\necho "$VERIFIER"`, env);
    const [address = '', verifier = ''] = shown.split('\n');
    const back = await agree(browser, await begin(browser, address));
    expect(back.searchParams.get('state')).toBe('a-state');
    const code = back.searchParams.get('code') ?? '';
    const tokens = JSON.parse(
      await shell(lines('exchange'), { ...env, CODE: code, VERIFIER: verifier }),
    ) as Tokens;
    const read = await shell(lines('retrieve'), { ...env, ACCESS_TOKEN: tokens.access_token });
    expect(read).toContain('"preferred_username"');
    const refreshed = await shell(lines('refresh'), { ...env, REFRESH_TOKEN: tokens.refresh_token ?? '' });
    expect((JSON.parse(refreshed) as Tokens).access_token).not.toBe(tokens.access_token);
  });
});
