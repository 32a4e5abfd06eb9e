import {
  centralDirectory,
  dataDescriptor,
  localHeader,
  type WrittenEntry,
  type ZipEntry,
} from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { crc32 } from 'node:zlib';
import type { ServerParts } from '../../context.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import type { InstanceContent } from '../lookUp.ts';
import { sendBody } from '../outlet.ts';
import { writePieces } from '../send.ts';

export const ZIP = 'application/zip';

/**
 * Answers instances as one ZIP archive, streamed, each as stored and uncompressed, so that its length is known before.
 * Names are numbers of series and instances; nothing of the patient stands in them.
 *
 * @param level of what was asked, for the name of the file
 */
export async function sendZip(
  objects: ServerParts['objects'],
  instances: readonly InstanceContent[],
  level: 'study' | 'series' | 'instance',
  req: Request,
  res: Response,
): Promise<void> {
  const tag = entityTag(ZIP, ...instances.map(({ digest }) => digest));
  if (notModified(req, res, weak(tag), 'Accept')) return;
  const modified = new Date();
  const entries = entryNames(instances).map((name, i): ZipEntry => ({
    name,
    size: instances[i]?.object_size ?? 0,
    modified,
  }));
  const headers = {
    'Content-Type': ZIP,
    'Content-Disposition': `attachment; filename="${level}.zip"`,
    'Content-Length': String(archiveLength(entries)),
  };
  await sendBody(res, headers, async (write) => {
    const written: WrittenEntry[] = [];
    let position = 0;
    for (const [i, entry] of entries.entries()) {
      const instance = instances[i];
      if (instance === undefined) continue;
      const header = localHeader(entry);
      await write(header);
      let crc = 0;
      const piece = { key: instance.object_key, range: { offset: 0, length: entry.size } };
      await writePieces(objects, [piece], res, async (...chunks) => {
        for (const chunk of chunks) crc = crc32(chunk, crc);
        await write(...chunks);
      });
      const descriptor = dataDescriptor(entry, crc);
      await write(descriptor);
      written.push({ ...entry, offset: position, crc32: crc });
      position += header.length + entry.size + descriptor.length;
    }
    await write(centralDirectory(written, position));
  });
}

function archiveLength(entries: readonly ZipEntry[]): number {
  let position = 0;
  const written = entries.map((entry): WrittenEntry => {
    const offset = position;
    position += localHeader(entry).length + entry.size + dataDescriptor(entry, 0).length;
    return { ...entry, offset, crc32: 0 };
  });
  return position + centralDirectory(written, position).length;
}

/** `series-002/instance-00014.dcm`; what shares its numbers with another gets a letter behind. */
export function entryNames(
  instances: readonly Pick<InstanceContent, 'series_instance_uid' | 'series_number' | 'instance_number'>[],
): string[] {
  const folders = new Map<string, string>();
  const taken = new Set<string>();
  const free = (name: string): string => {
    let chosen = name;
    for (let copy = 2; taken.has(chosen); copy += 1) chosen = `${name}-${copy}`;
    taken.add(chosen);
    return chosen;
  };
  return instances.map((instance) => {
    const known = folders.get(instance.series_instance_uid);
    const folder = known ?? free(`series-${digits(instance.series_number, 3)}`);
    folders.set(instance.series_instance_uid, folder);
    return `${free(`${folder}/instance-${digits(instance.instance_number, 5)}`)}.dcm`;
  });
}

const digits = (number: number | null, length: number): string =>
  String(Math.max(number ?? 0, 0)).padStart(length, '0');
