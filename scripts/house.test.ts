import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');
const below = (folder: string, ending: string): string[] =>
  fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

const PAGES = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  ...below('docs', '.md'),
  ...below('docs/decisions', '.md'),
];
const ROOMS = /^(packages|storage-config|server|workers|viewer|scripts|test|bench|docs)\/[^*]+$/;

/** Folders of the gateway that features stand on, and so are none. */
const SHARED_BY_FEATURES = [
  'audit',
  'auth',
  'contract',
  'dicomweb',
  'fhirResources',
  'openapi',
  'pixelThreads',
];

test.each(PAGES)('%s names files and folders that are there', (page) => {
  const text = read(page);
  const named = [...text.matchAll(/`([\w.@/-]+\/[\w.@/-]+)`/g)].flatMap(([, name = '']) =>
    ROOMS.test(name) ? [path.join(ROOT, name)] : [],
  );
  const linked = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, link = '']) =>
    /^[a-z]+:/.test(link) ? [] : [path.resolve(ROOT, path.dirname(page), link)],
  );
  const missing = [...named, ...linked].filter((file) => !fs.existsSync(file));
  expect(missing.map((file) => path.relative(ROOT, file))).toEqual([]);
});

test('decisions are numbered without a gap, and their titles bear the number', () => {
  const titles = below('docs/decisions', '.md').map((file) => {
    const number = Number(path.basename(file).slice(0, 4));
    return { number, title: read(file).split('\n', 1)[0] ?? '' };
  });
  expect(titles.map(({ number }) => number)).toEqual(titles.map((_, position) => position + 1));
  for (const { number, title } of titles) expect(title).toMatch(new RegExp(`^# ${number}\\. \\p{Lu}`, 'u'));
});

test('every folder of the gateway is a feature that imports no other, or is named as shared by them', () => {
  const { forbidden } = createRequire(import.meta.url)(path.join(ROOT, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string; to: { path?: string } }[];
  };
  const rule = forbidden.find(({ name }) => name === 'server-features-do-not-import-each-other');
  const features = /\(([^)]+)\)/.exec(rule?.to.path ?? '')?.[1]?.split('|') ?? [];
  const folders = fs
    .readdirSync(path.join(ROOT, 'server/src'), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  expect([...features, ...SHARED_BY_FEATURES].sort()).toEqual(folders.sort());
});
