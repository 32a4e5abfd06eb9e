import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { woffToSfnt } from '../../server/src/figures/woff.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const FACES = [
  'chinese-simplified-400-normal',
  'chinese-simplified-700-normal',
  'latin-400-normal',
  'latin-700-normal',
];

/** Where the browser of the tests is unpacked, one folder a version. */
function browserFolder(): string {
  const manifest = fs.readFileSync(path.join(packageFolder('@sparticuz/chromium'), 'package.json'), 'utf8');
  return path.join(ROOT, '.toolchain', `chromium-${(JSON.parse(manifest) as { version: string }).version}`);
}

function packageFolder(name: string): string {
  let folder = path.dirname(require.resolve(name));
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

/** Installs a Chinese face for the browser alone, so that pictures show what users see. */
function installFonts(folder: string): string {
  const fonts = path.join(folder, 'faces');
  fs.mkdirSync(fonts, { recursive: true });
  const source = path.join(ROOT, 'test/node_modules/@fontsource/noto-sans-sc/files');
  for (const face of FACES) {
    const woff = fs.readFileSync(path.join(source, `noto-sans-sc-${face}.woff`));
    fs.writeFileSync(path.join(fonts, `${face}.ttf`), woffToSfnt(woff));
  }
  const config = path.join(folder, 'fonts.conf');
  fs.writeFileSync(
    config,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fonts}</dir><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`,
  );
  return config;
}

/**
 * Unpacks the browser once. A folder without its `ready` mark is the rest of an interrupted run and is made anew.
 * Where the machine lacks a system library that the browser needs, the package's own copies are used.
 */
async function prepareBrowser(): Promise<{
  executablePath: string;
  env: Record<string, string>;
  args: string[];
}> {
  const folder = browserFolder();
  const ready = path.join(folder, 'ready');
  if (!fs.existsSync(ready)) fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  // The package unpacks below the temporary folder it sees when it is loaded.
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const { default: Chromium, inflate } = await import('@sparticuz/chromium');
  const executablePath = await Chromium.executablePath();
  const env: Record<string, string> = { FONTCONFIG_FILE: installFonts(folder) };
  if (execFileSync('ldd', [executablePath], { encoding: 'utf8' }).includes('not found')) {
    await inflate(path.join(packageFolder('@sparticuz/chromium'), 'bin/al2023.tar.br'));
    env['LD_LIBRARY_PATH'] = path.join(folder, 'al2023/lib');
  }
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  fs.writeFileSync(ready, '');
  return { executablePath, env, args: [] };
}

/** Starts a headless Chromium with software WebGL that never calls home. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await prepareBrowser();
  return chromium.launch({
    executablePath,
    headless: true,
    // Without a locale that knows UTF-8 it names no file in Chinese.
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-domain-reliability',
      '--font-render-hinting=none',
    ],
  });
}
