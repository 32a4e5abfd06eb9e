import { chooseCatalogue } from '@hutong/conformance';
import {
  CatalogueReader,
  cataloguesInForce,
  checkEvaluation,
  chineseDay,
  evaluationGrounds,
  expiringEvaluations,
  findHospital,
  type HutongConfig,
  inTransaction,
  isRegistryFault,
  knownItems,
  listEvaluations,
  loadConfig,
  recordEvaluations,
  revokeEvaluation,
  WHOLE_REGISTRY,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Items of the list in force in a hospital's region on a day. @throws UsageError when there is none */
async function itemsOn(index: Pool, config: HutongConfig, hospital: string, day: string): Promise<string[]> {
  const region = (await findHospital(index, hospital))?.region ?? '';
  const choice = chooseCatalogue(await cataloguesInForce(index), region, day, config.regionCode);
  const list = choice === null ? null : await new CatalogueReader().read(index, choice.id, choice.version);
  if (list === null)
    throw new UsageError('no mutual-recognition list is in force; "hutong catalogue" shows them');
  return list.items.map(({ code }) => code);
}

interface Added {
  hospital: string;
  item: string;
  evaluatedAt: string;
  validUntil: string | undefined;
  scope: string | undefined;
  failed: boolean;
  centre: string | undefined;
  document: string | undefined;
}

async function add(index: Pool, config: HutongConfig, given: Added): Promise<string> {
  const { hospital, item, evaluatedAt, scope = config.regionName } = given;
  await requireHospital(index, hospital);
  const known = await itemsOn(index, config, hospital, evaluatedAt);
  const codes = item === 'all' ? known : item.split(',');
  const unknown = codes.filter((code) => !known.includes(code));
  if (unknown.length > 0) throw new UsageError(`not in the list that is in force: ${unknown.join(', ')}`);
  const items = await knownItems(index);
  return inTransaction(index, async (client) => {
    const grounds = await evaluationGrounds(client, {
      view: WHOLE_REGISTRY,
      items,
      defaultScope: config.regionName,
    });
    const checked = codes.map((code) =>
      checkEvaluation(grounds, {
        hospital,
        item: code,
        scope,
        evaluatedAt,
        validUntil: given.validUntil,
        result: given.failed ? 'failed' : 'passed',
        centre: given.centre,
        document: given.document,
      }),
    );
    await recordEvaluations(client, checked, operatorAuthor('qualification'));
    return `${hospital}: ${codes.length} item(s), valid until ${checked[0]?.validUntil ?? ''}`;
  });
}

async function revoke(index: Pool, id: number, reason: string): Promise<string> {
  const items = await knownItems(index);
  const { hospital, item, scope } = await inTransaction(index, (client) =>
    revokeEvaluation(client, { id, reason, view: WHOLE_REGISTRY, items }, operatorAuthor('qualification')),
  );
  return `taken back: ${hospital} ${item} ${scope}`;
}

/** What the registry does not take is a wrong command line. */
async function asUsage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isRegistryFault(error) ? new UsageError(error.message) : error;
  }
}

export const qualificationCommand: Command = {
  name: 'qualification',
  usage:
    'qualification add --hospital CODE --item CT-05|all --evaluated YYYY-MM-DD [--until YYYY-MM-DD] [--scope 龙南市] [--failed] [--centre CODE] [--document TEXT] | qualification list --hospital CODE | qualification expiring [--days 30] | qualification revoke --id N --reason TEXT',
  summary:
    'record a quality evaluation of a hospital for an item, list them, list those that end soon, or take one back',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      item: { type: 'string' },
      scope: { type: 'string' },
      evaluated: { type: 'string' },
      until: { type: 'string' },
      failed: { type: 'boolean' },
      centre: { type: 'string' },
      document: { type: 'string' },
      days: { type: 'string' },
      id: { type: 'string' },
      reason: { type: 'string' },
    });
    const config = loadConfig(process.env);
    switch (positionals[0]) {
      case 'add': {
        const evaluatedAt = required(values.evaluated, 'evaluated');
        if (![evaluatedAt, values.until ?? evaluatedAt].every((day) => DAY.test(day)))
          throw new UsageError('dates are written YYYY-MM-DD');
        const given: Added = {
          hospital: required(values.hospital, 'hospital'),
          item: required(values.item, 'item'),
          evaluatedAt,
          validUntil: values.until,
          scope: values.scope,
          failed: values.failed === true,
          centre: values.centre,
          document: values.document,
        };
        console.log(await asUsage(withIndex(config, (index) => add(index, config, given))));
        return 0;
      }
      case 'list': {
        const hospital = required(values.hospital, 'hospital');
        const rows = await withIndex(config, async (index) => {
          await requireHospital(index, hospital);
          return listEvaluations(index, WHOLE_REGISTRY, { hospital, limit: 10_000 });
        });
        for (const { id, item, scope, evaluatedAt, validUntil, result } of rows)
          console.log(`${item.padEnd(8)} ${scope}  ${evaluatedAt} – ${validUntil}  ${result}  #${id}`);
        return 0;
      }
      case 'expiring': {
        const days = values.days === undefined ? config.qualificationWarningDays : Number(values.days);
        if (!Number.isInteger(days) || days < 0) throw new UsageError('--days is a number of days');
        const rows = await withIndex(config, (index) =>
          expiringEvaluations(index, WHOLE_REGISTRY, chineseDay(), days),
        );
        for (const { hospital, item, scope, validUntil } of rows)
          console.log(`${validUntil}  ${hospital.padEnd(20)} ${item.padEnd(8)} ${scope}`);
        return 0;
      }
      case 'revoke': {
        const id = Number(required(values.id, 'id'));
        if (!Number.isSafeInteger(id) || id < 1) throw new UsageError('--id is the number that list shows');
        const reason = required(values.reason, 'reason');
        console.log(await asUsage(withIndex(config, (index) => revoke(index, id, reason))));
        return 0;
      }
      default:
        throw new UsageError('say add, list, expiring or revoke');
    }
  },
};
