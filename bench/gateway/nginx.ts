import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { answers, freePort } from '../../scripts/run/ports.ts';

/** nginx that serves files of a folder: what the machine can move at most. */
export interface StaticServer {
  url: string;
  /** Files put here are served under their names. */
  folder: string;
  pid: number;
  stop(): Promise<void>;
}

export const findNginx = (): string | null =>
  ['/usr/sbin/nginx', '/usr/bin/nginx'].find((file) => fs.existsSync(file)) ?? null;

/** Starts nginx with one worker a core, sendfile and kept connections. @throws Error when it is not installed */
export async function startNginx(): Promise<StaticServer> {
  const program = findNginx();
  if (program === null) throw new Error('nginx is not installed (Debian package nginx)');
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nginx-peer-'));
  const folder = path.join(root, 'files');
  fs.mkdirSync(folder);
  fs.chmodSync(root, 0o755);
  const port = await freePort();
  const file = path.join(root, 'nginx.conf');
  fs.writeFileSync(
    file,
    `worker_processes auto; daemon off; pid ${root}/nginx.pid; error_log ${root}/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; keepalive_timeout 75s;
  client_body_temp_path ${root}/body; proxy_temp_path ${root}/proxy; fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi; scgi_temp_path ${root}/scgi;
  default_type application/octet-stream;
  server { listen 127.0.0.1:${port}; root ${folder}; }
}
`,
  );
  const child = spawn(program, ['-c', file, '-p', root], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await answers(port);
  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}
