import { describeConfig, loadConfig, secretKeyWarning } from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';

export const configCommand: Command = {
  name: 'config',
  usage: 'config',
  summary: 'check the configuration and list every setting',
  async run() {
    for (const { name, default: value, description } of describeConfig()) {
      console.log(`${name.padEnd(32)} ${(value === '' ? '(not set)' : value).padEnd(12)} ${description}`);
    }
    const missing = secretKeyWarning(loadConfig(process.env));
    console.log('\nThe configuration of this environment is usable.');
    if (missing !== null) console.log(`\nWarning: ${missing.en}\n警告：${missing.zh}`);
    return Promise.resolve(0);
  },
};
