import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Folder of real public DICOM files beside the checkout (or named by HUTONG_TEST_DICOM), or null. */
export const REAL_DICOM: string | null = (() => {
  const folder = process.env['HUTONG_TEST_DICOM'] ?? path.resolve(ROOT, '../shared/dicom');
  return fs.existsSync(path.join(folder, 'manifest.csv')) ? folder : null;
})();

/** Every file of the folder but its own lists. */
export function realFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(manifest\.csv|SOURCES\.md)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
