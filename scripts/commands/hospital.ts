import { createHospital, listHospitals, loadConfig } from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

export const hospitalCommand: Command = {
  name: 'hospital',
  usage:
    'hospital add --code CODE --name-zh NAME --name-en NAME [--level 三级甲等] [--region 451202] | hospital list',
  summary: 'add a hospital (again: correct its names), or list them',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      code: { type: 'string' },
      'name-zh': { type: 'string' },
      'name-en': { type: 'string' },
      level: { type: 'string' },
      region: { type: 'string' },
    });
    const config = loadConfig(process.env);
    switch (positionals[0]) {
      case 'add': {
        const code = required(values.code, 'code');
        if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(code))
          throw new UsageError('--code is 1 to 32 of a-z, 0-9 and "-", beginning with a letter or digit');
        const nameZh = required(values['name-zh'], 'name-zh');
        const hospital = {
          code,
          nameZh,
          nameEn: values['name-en'] ?? nameZh,
          level: values.level ?? '',
          region: values.region ?? config.regionName,
        };
        await withIndex(config, (index) => createHospital(index, hospital));
        console.log(`${code}  ${nameZh}`);
        return 0;
      }
      case 'list':
        for (const { code, nameZh, nameEn } of await withIndex(config, (index) => listHospitals(index)))
          console.log(`${code.padEnd(20)} ${nameZh}  ${nameEn}`);
        return 0;
      default:
        throw new UsageError('say add or list');
    }
  },
};
