import {
  addHospital,
  changeHospital,
  findHospital,
  hospitalHistory,
  inTransaction,
  isRegistryFault,
  listHospitals,
  loadConfig,
} from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

export const hospitalCommand: Command = {
  name: 'hospital',
  usage:
    'hospital add --code CODE --name-zh NAME --name-en NAME [--level 三级甲等] [--region 451202] | hospital list | hospital history --code CODE',
  summary: 'add a hospital (again: correct what is said of it), list them, or show what was changed',
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
        const hospital = { code, nameZh, nameEn: values['name-en'] ?? nameZh };
        const author = operatorAuthor('hospital');
        await withIndex(config, (index) =>
          inTransaction(index, async (client) => {
            const before = await findHospital(client, code);
            const level = values.level ?? before?.level ?? '';
            const region = values.region ?? before?.region ?? config.regionName;
            if (before === null) await addHospital(client, { ...hospital, level, region }, author);
            else await changeHospital(client, code, { ...hospital, level, region }, author);
          }),
        ).catch((error: unknown) => {
          throw isRegistryFault(error) ? new UsageError(error.message) : error;
        });
        console.log(`${code}  ${nameZh}`);
        return 0;
      }
      case 'list':
        for (const { code, nameZh, nameEn, level } of await withIndex(config, (index) =>
          listHospitals(index),
        ))
          console.log(`${code.padEnd(20)} ${nameZh}  ${nameEn}${level === '' ? '' : `  ${level}`}`);
        return 0;
      case 'history': {
        const code = required(values.code, 'code');
        const events = await withIndex(config, async (index) => {
          await requireHospital(index, code);
          return hospitalHistory(index, code);
        });
        for (const { at, kind, subject, author, after } of events)
          console.log(
            `${at.toISOString()}  ${kind} ${subject}  ${author.name || author.id}  ${JSON.stringify(after)}`,
          );
        return 0;
      }
      default:
        throw new UsageError('say add, list or history');
    }
  },
};
