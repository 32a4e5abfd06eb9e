import { loadConfig, openObjectStore, reindex } from '@hutong/storage-config';
import { createLog } from '../operate/log.ts';
import type { Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const EVERY = 1000;

export const reindexCommand: Command = {
  name: 'reindex',
  usage: 'reindex',
  summary:
    'make the index from the object store alone, adding what it lacks; exit 1 when objects cannot be read',
  async run() {
    const config = loadConfig(process.env);
    const objects = await openObjectStore(config);
    try {
      const report = await withIndex(config, (index) =>
        reindex(index, objects, {
          quietSeconds: config.quietSeconds,
          log: createLog('error', 'hutong'),
          onStudy: ({ studies, added }) => {
            if (studies % EVERY === 0) console.log(`${studies} studies, ${added} instances added`);
          },
        }),
      );
      const { studies, added, known, keptAside, former, events, holds, unused, unreadable } = report;
      for (const key of unreadable) console.log(`UNREADABLE  ${key}`);
      console.log(
        `${studies} studies: ${added} instances added, ${known} objects known, ${keptAside} kept aside, ${former} former, ${events} events, ${holds} holds, ${unused} objects of no use, ${unreadable.length} unreadable`,
      );
      return unreadable.length === 0 ? 0 : 1;
    } finally {
      await objects.close();
    }
  },
};
