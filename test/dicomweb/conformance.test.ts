import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prove, SECTIONS } from './suite.ts';
import { namedTarget, ourTarget, type RunningTarget } from './targets.ts';
import { World } from './world.ts';

let running: RunningTarget;
let world: World;

beforeAll(async () => {
  running = namedTarget() ?? (await ourTarget());
  world = new World(running.target);
});
afterAll(() => running.stop());

test('every row has an id of its own', () => {
  const ids = SECTIONS.flatMap(({ rows }) => rows.map(({ id }) => id));
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('docs/dicomweb-suite.md was made from as many rows', () => {
  const page = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/dicomweb-suite.md'), 'utf8');
  const count = SECTIONS.reduce((total, { rows }) => total + rows.length, 0);
  expect(page, 'run node scripts/dicomwebSuite.ts --peers').toContain(`a table: ${count} rows`);
});

for (const { name, rows } of SECTIONS) {
  describe(name, () => {
    for (const row of rows) {
      test(`${row.id} (${row.section}): ${row.statement}`, async ({ skip }) => {
        const { outcome, detail } = await prove(row, world);
        if (outcome === 'not applicable') skip(detail);
        expect(detail).toBe('');
      });
    }
  });
}
