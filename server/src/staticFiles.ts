import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream';
import type { NextFunction, Request, Response } from 'express';
import { pagePolicy, workerPolicy } from './securityHeaders.ts';

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
};

/** Names that hold a hash of their content: 16 or more hex digits, or what vite and esbuild append. */
const HASHED_NAME = /(^|[.-])[0-9a-f]{16,}\.|^assets\/(.*\/)?[^/]+-[\w-]{8}\.|(^|\/)chunk-[A-Z0-9]{8}\./;

const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

interface Variant {
  file: string;
  size: number;
}

interface StaticFile {
  identity: Variant;
  encoded: Partial<Record<'br' | 'gzip', Variant>>;
  mediaType: string;
  etag: string;
  immutable: boolean;
  policy: string | null;
  /** Pages of other origins may show it in a frame. */
  framed: boolean;
}

type Listing = ReadonlyMap<string, StaticFile>;

/**
 * The files of a built web app by their path below its folder, null when it is not built. Only what is listed can
 * be asked for, so no path can lead outside.
 */
async function listFiles(
  folder: string,
  evaluates: boolean,
  frames: StaticOptions['frames'],
): Promise<Listing | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const found = new Map<string, Variant & { modified: number }>();
  for (const entry of entries.filter((e) => e.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(file);
    found.set(path.relative(folder, file).split(path.sep).join('/'), { file, size, modified: mtimeMs });
  }
  const files = new Map<string, StaticFile>();
  for (const [name, { file, size, modified }] of found) {
    const mediaType = MEDIA_TYPES[path.extname(name).toLowerCase()];
    if (mediaType === undefined) continue;
    const encoded: StaticFile['encoded'] = {};
    for (const { name: encoding, suffix } of ENCODINGS) {
      const variant = found.get(name + suffix);
      if (variant !== undefined) encoded[encoding] = variant;
    }
    const page = name.endsWith('.html') ? await readFile(file, 'utf8') : null;
    const version = createHash('sha256')
      .update(page ?? `${name} ${size} ${modified}`)
      .digest('base64url');
    files.set(name, {
      identity: { file, size },
      encoded,
      mediaType,
      etag: `"${version.slice(0, 16)}"`,
      immutable: page === null && HASHED_NAME.test(name),
      policy:
        page === null
          ? scriptPolicy(name, evaluates)
          : pagePolicy(page, name === frames?.page ? frames.origins : []),
      framed: name === frames?.page && frames.origins.length > 0,
    });
  }
  return files.has('index.html') ? files : null;
}

const scriptPolicy = (name: string, evaluates: boolean): string | null =>
  /\.m?js$/.test(name) ? workerPolicy(evaluates) : null;

const LOOK_AGAIN_MS = 1000;

export interface StaticOptions {
  /** Folder of the built app. */
  folder: string;
  /** What a person reads when it is not built. */
  name: string;
  /** Whether its workers build functions from text. */
  evaluates?: boolean;
  /** The one page that others may show in a frame, and who. */
  frames?: { page: string; origins: readonly string[] };
}

/**
 * Serves a built app: its files, `x.html` for the path `x`, and its index.html for every other path that a browser
 * navigates to.
 * Compressed twins (`x.br`, `x.gz`) are sent as they lie there. Names with a hash are cached for good, everything
 * else is asked again with its ETag.
 */
export function staticFiles({ folder, name, evaluates = false, frames }: StaticOptions) {
  let listing: Promise<Listing | null> = Promise.resolve(null);
  let builtAt = -1;
  let lookedAt = -Infinity;
  // Looks at most once a second whether the app was built, or built anew, since: a new index.html says so.
  async function current(): Promise<Listing | null> {
    if (performance.now() - lookedAt > LOOK_AGAIN_MS) {
      lookedAt = performance.now();
      const modified = await stat(path.join(folder, 'index.html')).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      if (modified !== builtAt) {
        builtAt = modified;
        listing = listFiles(folder, evaluates, frames);
      }
    }
    return listing;
  }
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      next();
      return;
    }
    const files = await current();
    const asked = decodePath(req.path);
    const page = isPagePath(asked) ? (files?.get(`${asked}.html`) ?? files?.get('index.html')) : undefined;
    const file = files?.get(asked) ?? page;
    if (file !== undefined) send(req, res, file);
    else if (files === null && isPagePath(asked)) sendNotBuilt(res, name);
    else next();
  };
}

function decodePath(urlPath: string): string {
  try {
    return decodeURIComponent(urlPath).replace(/^\/+/, '');
  } catch {
    return '';
  }
}

/** A path whose last segment has no dot is a page of the app, not a file. */
function isPagePath(asked: string): boolean {
  return !(asked.split('/').at(-1) ?? '').includes('.');
}

function send(req: Request, res: Response, file: StaticFile): void {
  res.set('Content-Type', file.mediaType);
  res.set('ETag', file.etag);
  res.set('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  res.vary('Accept-Encoding');
  if (file.policy !== null) res.set('Content-Security-Policy', file.policy);
  // It knows no lists of origins; the policy above does.
  if (file.framed) res.removeHeader('X-Frame-Options');
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const accepted = req.acceptsEncodings();
  const encoding = ENCODINGS.find(
    ({ name }) => accepted.includes(name) && file.encoded[name] !== undefined,
  )?.name;
  const variant = (encoding === undefined ? undefined : file.encoded[encoding]) ?? file.identity;
  if (encoding !== undefined) res.set('Content-Encoding', encoding);
  res.set('Content-Length', String(variant.size));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  // An error after the headers can only be shown by breaking the connection, which pipeline does.
  pipeline(createReadStream(variant.file), res, () => undefined);
}

function sendNotBuilt(res: Response, name: string): void {
  const page = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>互通 Hutong</title>
<body style="font-family:sans-serif;max-width:40em;margin:4em auto;line-height:1.6">
<h1>${name}尚未构建</h1><p>请在项目目录运行 <code>npm run build</code>，然后刷新本页。</p>
<p>This page has not been built yet. Run <code>npm run build</code> in the project folder and reload.</p></body></html>
`;
  res.status(503).set('Cache-Control', 'no-store').set('Content-Security-Policy', pagePolicy(page));
  res.type('html').send(page);
}
