import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuditWriter,
  createExport,
  dataDescriptor,
  entryOf,
  exportArchive,
  exportedStudies,
  type ExportJob,
  type ExportOptions,
  exportTables,
  findExport,
  type HutongConfig,
  linkageLines,
  listExports,
  loadConfig,
  localHeader,
  NOBODYS,
  type ObjectStore,
  openObjectStore,
  openSecretBox,
} from '@hutong/storage-config';
import { runExport } from '@hutong/workers';
import type { Pool } from 'pg';
import { type Command, readOptions, required, UsageError } from '../operate/command.ts';
import { createLog } from '../operate/log.ts';
import { operatorName } from '../operate/operatorAct.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { withIndex } from '../operate/withIndex.ts';

const DAY = /^\d{4}-?\d{2}-?\d{2}$/;
const KEEPS = {
  characteristics: 'retainPatientCharacteristics',
  device: 'retainDeviceIdentity',
  institution: 'retainInstitutionIdentity',
  private: 'retainSafePrivate',
  graphics: 'cleanGraphics',
  reports: 'cleanStructuredContent',
  descriptors: 'cleanDescriptors',
  items: 'conformance',
} as const;

type Keep = keyof typeof KEEPS;

/** @throws UsageError */
function readOptionsOf(keep: readonly string[], dates: string, flagged: string): ExportOptions {
  if (dates !== 'shift' && dates !== 'remove') throw new UsageError('--dates is shift or remove');
  if (flagged !== 'apart' && flagged !== 'leaveOut') throw new UsageError('--flagged is apart or leaveOut');
  const wrong = keep.find((name) => !Object.hasOwn(KEEPS, name));
  if (wrong !== undefined)
    throw new UsageError(`--keep knows ${Object.keys(KEEPS).join(', ')}; not "${wrong}"`);
  const chosen = Object.fromEntries(
    (Object.keys(KEEPS) as Keep[]).map((name) => [KEEPS[name], keep.includes(name)]),
  ) as Record<(typeof KEEPS)[Keep], boolean>;
  return { ...chosen, dates, flagged, keepWeekday: false };
}

/** Writes the archive, or what is in it into a folder, with each study on record before. */
async function write(index: Pool, objects: ObjectStore, job: ExportJob, out: string): Promise<void> {
  const audit = new AuditWriter(index, createLog('error', 'hutong'));
  try {
    for await (const { hospital, originalUid, manifest } of exportedStudies(index, job.id))
      await audit.record({
        action: 'export',
        outcome: 'success',
        actor: {
          kind: 'system',
          id: `operator:${operatorName()}`,
          name: operatorName(),
          address: '',
          purpose: 'HRESCH',
        },
        subject: { ...NOBODYS, hospital, studyInstanceUid: originalUid },
        count: Math.max(1, manifest.files.length),
        requestId: '',
        detail: { export: job.id, project: job.project, approval: job.approval },
      });
  } finally {
    await audit.stop();
  }
  if (out.endsWith('.zip')) {
    await pipeline(
      Readable.from(exportArchive(index, objects, job)),
      createWriteStream(out, { flags: 'wx', mode: 0o600 }),
    );
    return;
  }
  for await (const { objectKey, manifest } of exportedStudies(index, job.id)) {
    if (objectKey === null) continue;
    let offset = 0;
    for (const file of manifest.files) {
      const entry = entryOf(file);
      const head = localHeader(entry).length;
      const to = path.join(out, ...file.name.split('/'));
      await mkdir(path.dirname(to), { recursive: true });
      const bytes = await objects.get(objectKey, { offset: offset + head, length: file.size });
      await pipeline(bytes, createWriteStream(to, { flags: 'wx', mode: 0o600 }));
      offset += head + file.size + dataDescriptor(entry, file.crc32).length;
    }
  }
  await mkdir(out, { recursive: true });
  for (const [name, lines] of exportTables(index, job))
    await pipeline(
      Readable.from(lines),
      createWriteStream(path.join(out, name), { flags: 'wx', mode: 0o600 }),
    );
}

async function run(config: HutongConfig, args: string[]): Promise<number> {
  const { values } = readOptions(args, {
    project: { type: 'string' },
    title: { type: 'string' },
    approval: { type: 'string' },
    reason: { type: 'string' },
    out: { type: 'string' },
    hospital: { type: 'string', multiple: true },
    modality: { type: 'string', multiple: true },
    item: { type: 'string', multiple: true },
    label: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    study: { type: 'string', multiple: true },
    dates: { type: 'string' },
    flagged: { type: 'string' },
    keep: { type: 'string', multiple: true },
  });
  const project = required(values.project, 'project');
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,15}$/.test(project))
    throw new UsageError('--project is 1 to 16 letters, digits and "-"');
  const out = required(values.out, 'out');
  const day = (text: string | undefined, option: string): string | null => {
    if (text === undefined) return null;
    if (!DAY.test(text)) throw new UsageError(`--${option} is a day such as 2026-01-31`);
    return text.replaceAll('-', '');
  };
  const keep = values.keep ?? ['characteristics', 'private', 'descriptors', 'items'];
  const given = {
    project,
    title: values.title ?? project,
    approval: required(values.approval, 'approval'),
    reason: required(values.reason, 'reason'),
    hospitals: null,
    filter: {
      hospitals: values.hospital ?? [],
      modalities: values.modality ?? [],
      items: values.item ?? [],
      label: values.label ?? null,
      from: day(values.from, 'from'),
      to: day(values.to, 'to'),
      studies: values.study ?? [],
    },
    options: readOptionsOf(keep, values.dates ?? 'shift', values.flagged ?? 'apart'),
    author: operatorAuthor('export'),
  };
  const secrets = openSecretBox(config);
  const objects = await openObjectStore(config);
  try {
    return await withIndex(config, async (index) => {
      const made = await createExport(index, secrets, given, {
        most: config.exports.maxStudies,
        release: config.exports.release,
      });
      if (made === 'NOTHING') throw new Error('no study fits');
      if (made === 'TOO_MANY')
        throw new Error(`more than ${config.exports.maxStudies} studies fit (HUTONG_EXPORT_MAX_STUDIES)`);
      console.log(`export ${made.id} of ${made.studies} studies`);
      if (made.state === 'unreleased') {
        console.log('somebody with the right to export has to release it; then: hutong export archive');
        return 0;
      }
      const log = createLog('error', 'hutong');
      let job: ExportJob | null;
      // A worker beside this may be at some of the studies.
      for (;;) {
        await runExport({ index, objects, secrets, config, log }, made.id);
        job = await findExport(index, made.id, null);
        if (job === null || (job.state !== 'running' && job.state !== 'waiting')) break;
        await sleep(1000);
      }
      if (job?.state !== 'done') throw new Error(`the export ended as ${job?.state ?? 'gone'}`);
      await write(index, objects, job, out);
      console.log(
        `${job.studiesDone} studies, ${job.instances} images in ${out}; ${job.flagged} flagged, ${job.leftOut} left out, ${job.studiesMissing} studies missing`,
      );
      return 0;
    });
  } finally {
    await objects.close();
  }
}

async function again(config: HutongConfig, args: string[], what: 'archive' | 'linkage'): Promise<number> {
  const { values } = readOptions(args, { id: { type: 'string' }, out: { type: 'string' } });
  const [id, out] = [required(values.id, 'id'), required(values.out, 'out')];
  const objects = await openObjectStore(config);
  try {
    return await withIndex(config, async (index) => {
      const job = await findExport(index, id, null);
      if (job?.state !== 'done') throw new Error('there is no such export that is done');
      if (what === 'archive') await write(index, objects, job, out);
      else
        await pipeline(
          Readable.from(linkageLines(index, id)),
          createWriteStream(out, { flags: 'wx', mode: 0o600 }),
        );
      return 0;
    });
  } finally {
    await objects.close();
  }
}

export const exportCommand: Command = {
  name: 'export',
  usage:
    'export run --project P --approval NUMBER --reason TEXT --out FILE.zip|FOLDER [--hospital …] [--modality …] [--item …] [--label …] [--from …] [--to …] [--study UID …] [--dates shift|remove] [--flagged apart|leaveOut] [--keep …] | export list | export archive --id ID --out … | export linkage --id ID --out FILE.csv',
  summary: 'copies of studies without identity, for research; linkage tells who is who',
  async run(args) {
    const [verb, ...rest] = args;
    const config = loadConfig(process.env);
    if (verb === 'run') return run(config, rest);
    if (verb === 'archive' || verb === 'linkage') return again(config, rest, verb);
    if (verb !== 'list') throw new UsageError('say run, list, archive or linkage');
    const jobs = await withIndex(config, (index) => listExports(index, null, { after: null, limit: 200 }));
    for (const { id, project, state, studiesDone, studies } of jobs)
      console.log(`${id}  ${project.padEnd(16)} ${state.padEnd(10)} ${studiesDone}/${studies}`);
    return 0;
  },
};
