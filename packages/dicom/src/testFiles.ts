import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where real files are looked for: `HUTONG_TEST_DICOM`, else a folder beside the repository. */
export const testFilesFolder: string =
  process.env['HUTONG_TEST_DICOM'] ?? fileURLToPath(new URL('../../../../shared/dicom', import.meta.url));

export const hasTestFiles: boolean = existsSync(join(testFilesFolder, 'manifest.csv'));

/** A file and what `manifest.csv` says of it. */
export interface RealFile {
  path: string;
  bytes: Buffer;
  manifest: Record<string, string>;
}

/** Every file that the manifest names; none where there is no manifest. */
export function* realFiles(): Generator<RealFile> {
  if (!hasTestFiles) return;
  const rows = manifestRows(readFileSync(join(testFilesFolder, 'manifest.csv'), 'utf8'));
  for (const entry of readdirSync(testFilesFolder, { recursive: true }) as string[]) {
    const manifest = rows.get(relative('.', entry));
    if (manifest !== undefined && statSync(join(testFilesFolder, entry)).isFile()) {
      yield { path: entry, bytes: readFileSync(join(testFilesFolder, entry)), manifest };
    }
  }
}

function manifestRows(csv: string): Map<string, Record<string, string>> {
  const [head = '', ...lines] = csv.trim().split(/\r?\n/);
  const names = head.split(',');
  return new Map(
    lines.map((line) => {
      const fields = Array.from(
        line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
        ([, quoted, plain]) => quoted ?? plain,
      );
      return [fields[0] ?? '', Object.fromEntries(names.map((name, index) => [name, fields[index] ?? '']))];
    }),
  );
}
