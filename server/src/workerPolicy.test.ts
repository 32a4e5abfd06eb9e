import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { expect, test } from 'vitest';
import { securityHeaders } from './securityHeaders.ts';
import { staticFiles } from './staticFiles.ts';

test.each([true, false])(
  'a script may decode pixels when it runs as a worker, and evaluate text where it must: %s',
  async (evaluates) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'hutong-static-'));
    await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>x</title>');
    await writeFile(path.join(folder, 'decoder.js'), 'postMessage(1)');
    const server = createServer(
      express()
        .use(securityHeaders(false))
        .use(staticFiles({ folder, name: 'x', evaluates })),
    ).listen(0);
    try {
      const policyOf = async (name: string): Promise<string> => {
        const { port } = server.address() as AddressInfo;
        return (await fetch(`http://127.0.0.1:${port}/${name}`)).headers.get('content-security-policy') ?? '';
      };
      const worker = await policyOf('decoder.js');
      expect(worker).toContain(`script-src 'self' ${evaluates ? "'unsafe-eval' " : ''}'wasm-unsafe-eval';`);
      expect(worker).toContain("default-src 'none'");
      expect(await policyOf('')).not.toContain("'unsafe-eval'");
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
