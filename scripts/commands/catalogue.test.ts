import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultCatalogue } from '@hutong/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../operate/command.ts';
import { readDay, readDocument, readName } from './catalogue.ts';
import { describeReevaluation } from './reevaluate.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-catalogue-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (text: string): Promise<string> => {
  const file = path.join(folder, 'list.json');
  await writeFile(file, text);
  return file;
};

test('a list is named by id and version', () => {
  expect(readName('hechi-2024@1.0.0')).toEqual({ id: 'hechi-2024', version: '1.0.0' });
  for (const text of [undefined, '', 'hechi-2024', '@1', 'a@', 'a@b@c'])
    expect(() => readName(text)).toThrow(UsageError);
});

test('only days that are in the calendar are dates', () => {
  expect(readDay('2026-02-28', 'from')).toBe('2026-02-28');
  for (const text of ['2026-02-30', '20260228', 'tomorrow', ''])
    expect(() => readDay(text, 'from')).toThrow(/--from/);
});

test('a file that is no list says why, with every path in both languages', async () => {
  const file = await written(JSON.stringify({ ...defaultCatalogue(), items: [], version: 3 }));
  await expect(readDocument(file)).rejects.toThrow(/version: .*\p{Script=Han}[^]*items: .*\p{Script=Han}/u);
  await expect(readDocument(await written('{'))).rejects.toThrow(/no JSON/);
  await expect(readDocument(path.join(folder, 'none'))).rejects.toThrow(/cannot be read/);
  await expect(readDocument(await written(' '.repeat(6 * 1024 * 1024)))).rejects.toThrow(/5 MB/);
});

test('a valid file is read with its document', async () => {
  const { document, catalogue } = await readDocument(await written(JSON.stringify(defaultCatalogue())));
  expect(catalogue).toEqual(document);
});

test('progress is told in one line', () => {
  const line = describeReevaluation({
    id: 7,
    reason: 'catalogue',
    filter: {},
    requestedBy: 'x',
    requestedAt: new Date('2026-01-01T00:00:00Z'),
    state: 'working',
    total: 300,
    judged: 100,
    changed: 5,
    failed: 0,
    endedAt: null,
  });
  expect(line).toContain('working');
  expect(line).toContain('33 %  100 of 300 judged, 5 changed, 0 failed');
});
