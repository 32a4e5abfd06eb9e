// Writes docs/dicom-conformance.md from the tables of the code.
import fs from 'node:fs';
import path from 'node:path';
import { conformanceStatement } from './statement/document.ts';

const FILE = path.resolve(import.meta.dirname, '../docs/dicom-conformance.md');
fs.writeFileSync(FILE, conformanceStatement());
