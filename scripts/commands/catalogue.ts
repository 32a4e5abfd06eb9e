import { readFile, writeFile } from 'node:fs/promises';
import { type Catalogue, catalogueDifference, readCatalogueDocument } from '@hutong/conformance';
import {
  catalogueDocument,
  CatalogueReader,
  changeCatalogueState,
  type HutongConfig,
  importCatalogue,
  inTransaction,
  listCatalogues,
  loadConfig,
  studiesOfCatalogues,
} from '@hutong/storage-config';
import { readOptions, UsageError, type Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const BY = 'hutong catalogue';
/** As the server takes them. */
const MAX_BYTES = 5 * 1024 * 1024;

/** The list and version that `id@version` names. @throws UsageError */
export function readName(text: string | undefined): { id: string; version: string } {
  const [, id, version] = /^([^@]+)@([^@]+)$/.exec(text ?? '') ?? [];
  if (id === undefined || version === undefined)
    throw new UsageError('say the list as ID@VERSION, as "hutong catalogue list" shows it');
  return { id, version };
}

/** A date of the command line. @throws UsageError */
export function readDay(text: string, option: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (!DAY.test(text) || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text)
    throw new UsageError(`--${option} is a date as 2026-01-31`);
  return text;
}

/** The document in a file, validated. @throws UsageError naming every path that is wrong */
export async function readDocument(file: string): Promise<{ document: unknown; catalogue: Catalogue }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  });
  if (Buffer.byteLength(text) > MAX_BYTES) throw new UsageError(`${file} is larger than 5 MB`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON`);
  }
  const { catalogue, faults } = readCatalogueDocument(document);
  if (catalogue === null) {
    const lines = faults.map(({ path, text: { zh, en } }) => `  ${path || '(document)'}: ${en} / ${zh}`);
    throw new UsageError(`${file} is no list that can be used:\n${lines.join('\n')}`);
  }
  return { document, catalogue };
}

async function list(config: HutongConfig): Promise<void> {
  const [versions, studies] = await withIndex(config, (index) =>
    Promise.all([listCatalogues(index), studiesOfCatalogues(index, null)]),
  );
  for (const one of versions) {
    const name = `${one.id}@${one.version}`;
    const dates = `${one.effectiveFrom} – ${one.effectiveUntil ?? ''}`.padEnd(24);
    console.log(
      `${name.padEnd(24)} ${one.state.padEnd(9)} ${one.region.code} ${dates} ${String(one.items).padStart(4)} items ${String(studies.get(name) ?? 0).padStart(9)} studies  ${one.title.zh}`,
    );
  }
}

async function bring(config: HutongConfig, file: string, dryRun: boolean): Promise<void> {
  const given = await readDocument(file);
  const name = `${given.catalogue.id}@${given.catalogue.version}`;
  if (dryRun) {
    console.log(`${name} is valid: ${given.catalogue.items.length} items for ${given.catalogue.region.code}`);
    return;
  }
  const { outcome } = await withIndex(config, (index) =>
    inTransaction(index, (client) => importCatalogue(client, { ...given, by: BY })),
  );
  if (outcome === 'differs')
    throw new UsageError(
      `${name} was imported with other content; a changed list needs a version of its own`,
    );
  console.log(outcome === 'added' ? `${name} is imported as a draft` : `${name} is there already`);
}

async function exportTo(config: HutongConfig, named: string | undefined, file: string | undefined) {
  const { id, version } = readName(named);
  const document = await withIndex(config, (index) => catalogueDocument(index, id, version));
  if (document === null) throw new UsageError(`there is no ${id}@${version}`);
  if (file === undefined) process.stdout.write(`${document}\n`);
  else await writeFile(file, `${document}\n`);
}

async function difference(config: HutongConfig, names: (string | undefined)[]): Promise<void> {
  const reader = new CatalogueReader();
  const [from, to] = await withIndex(config, (index) =>
    Promise.all(
      names.slice(0, 2).map(async (text) => {
        const { id, version } = readName(text);
        const found = await reader.read(index, id, version);
        if (found === null) throw new UsageError(`there is no ${id}@${version}`);
        return found;
      }),
    ),
  );
  if (from === undefined || to === undefined) throw new UsageError('say two lists');
  const { added, removed, changed } = catalogueDifference(from, to);
  for (const { code, name } of added) console.log(`+ ${code} ${name.zh}  ${name.en}`);
  for (const { code, name } of removed) console.log(`- ${code} ${name.zh}  ${name.en}`);
  for (const { code, name, requirements, other } of changed) {
    console.log(`~ ${code} ${name.zh}  ${name.en}`);
    for (const { zh, en } of [...requirements.map(({ text }) => text), ...other])
      console.log(`    ${zh}\n    ${en}`);
  }
}

async function change(
  config: HutongConfig,
  named: string | undefined,
  state: 'inForce' | 'withdrawn',
  dates: { effectiveFrom?: string; effectiveUntil?: string | null },
): Promise<void> {
  const { id, version } = readName(named);
  const outcome = await withIndex(config, (index) =>
    inTransaction(index, (client) =>
      changeCatalogueState(client, {
        id,
        version,
        state,
        ...dates,
        by: BY,
        defaultRegion: config.regionCode,
      }),
    ),
  );
  switch (outcome.outcome) {
    case 'absent':
      throw new UsageError(`there is no ${id}@${version}`);
    case 'notInForce':
      throw new UsageError(`${id}@${version} is a draft that was never in force`);
    case 'badDates':
      throw new UsageError('--until lies before the first day');
    case 'unchanged':
      console.log(`${id}@${version} is so already`);
      break;
    case 'changed': {
      const { effectiveFrom, effectiveUntil } = outcome.version;
      const studies = outcome.reevaluation?.total ?? 0;
      console.log(
        `${id}@${version} is ${state === 'inForce' ? `in force from ${effectiveFrom}${effectiveUntil === null ? '' : ` until ${effectiveUntil}`}` : 'withdrawn'}; ${studies} studies are judged again in the background`,
      );
    }
  }
}

export const catalogueCommand: Command = {
  name: 'catalogue',
  usage:
    'catalogue list | catalogue import FILE [--dry-run] | catalogue export ID@VERSION [FILE] | catalogue diff ID@VERSION ID@VERSION | catalogue enforce ID@VERSION [--from YYYY-MM-DD] [--until YYYY-MM-DD|none] | catalogue withdraw ID@VERSION',
  summary: 'mutual-recognition lists: import, compare, put in force (studies are judged again), withdraw',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      'dry-run': { type: 'boolean' },
      from: { type: 'string' },
      until: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const [verb, first, second] = positionals;
    switch (verb) {
      case 'list':
        await list(config);
        return 0;
      case 'import':
        if (first === undefined) throw new UsageError('say the file');
        await bring(config, first, values['dry-run'] === true);
        return 0;
      case 'export':
        await exportTo(config, first, second);
        return 0;
      case 'diff':
        await difference(config, [first, second]);
        return 0;
      case 'enforce':
        await change(config, first, 'inForce', {
          ...(values.from === undefined ? {} : { effectiveFrom: readDay(values.from, 'from') }),
          ...(values.until === undefined
            ? {}
            : { effectiveUntil: values.until === 'none' ? null : readDay(values.until, 'until') }),
        });
        return 0;
      case 'withdraw':
        await change(config, first, 'withdrawn', {});
        return 0;
      default:
        throw new UsageError('say list, import, export, diff, enforce or withdraw');
    }
  },
};
