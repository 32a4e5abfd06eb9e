import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { conformanceStatement } from './statement/document.ts';

test('the conformance statement is what the code says (node scripts/conformanceStatement.ts writes it)', () => {
  const file = path.resolve(import.meta.dirname, '../docs/dicom-conformance.md');
  expect(fs.readFileSync(file, 'utf8')).toBe(conformanceStatement());
});
