import { ObjectDigestCheck } from '@hutong/dicom';
import { loadConfig, ObjectNotFound, openObjectStore, type ObjectStore } from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const BATCH = 500;

async function isUnchanged(objects: ObjectStore, key: string, digest: Buffer): Promise<boolean> {
  const check = new ObjectDigestCheck(digest);
  for await (const chunk of await objects.get(key)) check.update(chunk as Buffer);
  return check.matches();
}

export const verifyCommand: Command = {
  name: 'verify',
  usage: 'verify',
  summary: 'read every stored object again and compare its digest; exit 1 when one is missing or changed',
  async run() {
    const config = loadConfig(process.env);
    const objects = await openObjectStore(config);
    let verified = 0;
    let wrong = 0;
    await withIndex(config, async (index) => {
      for (const table of ['instance', 'kept_aside', 'former_instance']) {
        const kept = table === 'former_instance' ? 'removed_at IS NULL AND' : '';
        for (let after = 0; ;) {
          const { rows } = await index.query<{ id: string; object_key: string; object_sha256: Buffer }>(
            `SELECT ${table}_id AS id, object_key, object_sha256 FROM ${table}
              WHERE ${kept} ${table}_id > $1 ORDER BY ${table}_id LIMIT $2`,
            [after, BATCH],
          );
          for (const { id, object_key, object_sha256 } of rows) {
            after = Number(id);
            try {
              if (await isUnchanged(objects, object_key, object_sha256)) verified += 1;
              else {
                wrong += 1;
                console.log(`CHANGED  ${object_key}`);
              }
            } catch (error) {
              if (!(error instanceof ObjectNotFound)) throw error;
              wrong += 1;
              console.log(`MISSING  ${object_key}`);
            }
          }
          if (rows.length < BATCH) break;
        }
      }
    });
    await objects.close();
    console.log(`${verified} objects verified, ${wrong} wrong`);
    return wrong === 0 ? 0 : 1;
  },
};
