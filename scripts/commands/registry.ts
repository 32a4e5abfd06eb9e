import { readFile, stat, writeFile } from 'node:fs/promises';
import {
  exportRegistryTable,
  importRegistryTable,
  knownItems,
  loadConfig,
  REGISTRY_TABLES,
  type RegistryTable,
  SHEET_LIMITS,
  templateOf,
  WHOLE_REGISTRY,
  writeCsv,
} from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { withIndex } from '../operate/withIndex.ts';

/** @throws UsageError */
function tableOf(name: string | undefined): RegistryTable {
  const table = REGISTRY_TABLES.find((one) => one === name);
  if (table === undefined) throw new UsageError(`--table is one of ${REGISTRY_TABLES.join(', ')}`);
  return table;
}

/** @throws UsageError when the file is larger than is read */
async function bytesOf(file: string): Promise<Buffer> {
  if ((await stat(file)).size > SHEET_LIMITS.bytes) throw new UsageError(`${file} is too large`);
  return readFile(file);
}

export const registryCommand: Command = {
  name: 'registry',
  usage: `registry import --table TABLE --file FILE [--dry-run] | registry export --table TABLE --file FILE.csv [--language zh|en] | registry template --table TABLE --file FILE.csv, where TABLE is ${REGISTRY_TABLES.join(', ')}`,
  summary:
    'take hospitals, evaluations and device tests in from CSV or .xlsx, all or nothing, or write them as CSV',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      table: { type: 'string' },
      file: { type: 'string' },
      language: { type: 'string' },
      'dry-run': { type: 'boolean' },
    });
    const config = loadConfig(process.env);
    const verb = positionals[0];
    if (verb !== 'import' && verb !== 'export' && verb !== 'template')
      throw new UsageError('say import, export or template');
    const table = tableOf(values.table);
    const file = required(values.file, 'file');
    const language = values.language ?? 'zh';
    if (language !== 'zh' && language !== 'en') throw new UsageError('--language is zh or en');
    if (verb === 'template') {
      await writeFile(file, writeCsv(templateOf(table, language)));
      return 0;
    }
    if (verb === 'export') {
      const cells = await withIndex(config, (index) =>
        exportRegistryTable(index, table, WHOLE_REGISTRY, language),
      );
      await writeFile(file, writeCsv(cells));
      console.log(`${cells.length - 1} line(s)`);
      return 0;
    }
    const bytes = await bytesOf(file);
    const dryRun = values['dry-run'] === true;
    const { added, changed, unchanged, faults } = await withIndex(config, async (index) =>
      importRegistryTable(
        index,
        table,
        bytes,
        {
          view: WHOLE_REGISTRY,
          items: await knownItems(index),
          defaultScope: config.regionName,
          administers: true,
          deviceHospitals: null,
        },
        operatorAuthor('registry'),
        dryRun,
      ),
    );
    for (const { line, text } of faults) console.error(`${file}:${line}: ${text.zh} ${text.en}`);
    if (faults.length > 0) return 1;
    console.log(
      `${dryRun ? 'would add' : 'added'} ${added}, ${dryRun ? 'change' : 'changed'} ${changed}, unchanged ${unchanged}`,
    );
    return 0;
  },
};
