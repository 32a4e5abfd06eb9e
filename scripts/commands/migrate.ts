import { loadConfig } from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  usage: 'migrate',
  summary: 'bring the index to the schema of this version',
  async run() {
    await withIndex(loadConfig(process.env), async () => Promise.resolve());
    console.log('The index has the schema of this version.');
    return 0;
  },
};
