import { chooseCatalogue } from '@hutong/conformance';
import {
  CatalogueReader,
  cataloguesInForce,
  findHospital,
  type HutongConfig,
  listQualifications,
  loadConfig,
  recordQualification,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Half a year after the evaluation, the region's default validity. */
function halfYearAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + 6);
  return date.toISOString().slice(0, 10);
}

/** Items of the list in force in a hospital's region on a day. @throws UsageError when there is none */
async function itemsOn(index: Pool, config: HutongConfig, hospital: string, day: string): Promise<string[]> {
  const region = (await findHospital(index, hospital))?.region ?? '';
  const choice = chooseCatalogue(await cataloguesInForce(index), region, day, config.regionCode);
  const list = choice === null ? null : await new CatalogueReader().read(index, choice.id, choice.version);
  if (list === null)
    throw new UsageError('no mutual-recognition list is in force; "hutong catalogue" shows them');
  return list.items.map(({ code }) => code);
}

export const qualificationCommand: Command = {
  name: 'qualification',
  usage:
    'qualification add --hospital CODE --item CT-05|all --evaluated YYYY-MM-DD [--until YYYY-MM-DD] [--scope 龙南市] [--failed] [--document TEXT] | qualification list --hospital CODE',
  summary: 'record a quality evaluation of a hospital for an item, or list them',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      item: { type: 'string' },
      scope: { type: 'string' },
      evaluated: { type: 'string' },
      until: { type: 'string' },
      failed: { type: 'boolean' },
      document: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const hospitalCode = required(values.hospital, 'hospital');
    switch (positionals[0]) {
      case 'add': {
        const item = required(values.item, 'item');
        const evaluatedAt = required(values.evaluated, 'evaluated');
        const validUntil = values.until ?? (DAY.test(evaluatedAt) ? halfYearAfter(evaluatedAt) : '');
        if (!DAY.test(evaluatedAt) || !DAY.test(validUntil))
          throw new UsageError('dates are written YYYY-MM-DD');
        const count = await withIndex(config, async (index) => {
          await requireHospital(index, hospitalCode);
          const known = await itemsOn(index, config, hospitalCode, evaluatedAt);
          const itemCodes = item === 'all' ? known : item.split(',');
          const unknown = itemCodes.filter((code) => !known.includes(code));
          if (unknown.length > 0)
            throw new UsageError(`not in the list that is in force: ${unknown.join(', ')}`);
          for (const itemCode of itemCodes) {
            await recordQualification(index, {
              hospitalCode,
              itemCode,
              scope: values.scope ?? config.regionName,
              evaluatedAt,
              validUntil,
              result: values.failed === true ? 'failed' : 'passed',
              document: values.document ?? '',
              recordedBy: 'hutong qualification',
            });
          }
          return itemCodes.length;
        });
        console.log(`${hospitalCode}: ${count} item(s), valid until ${validUntil}`);
        return 0;
      }
      case 'list':
        for (const q of await withIndex(config, async (index) => {
          await requireHospital(index, hospitalCode);
          return listQualifications(index, hospitalCode);
        }))
          console.log(`${q.itemCode.padEnd(8)} ${q.scope}  ${q.evaluatedAt} – ${q.validUntil}  ${q.result}`);
        return 0;
      default:
        throw new UsageError('say add or list');
    }
  },
};
