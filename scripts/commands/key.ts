import {
  createApiKey,
  findKey,
  isNetwork,
  KEY_PURPOSES,
  KEY_SCOPES,
  type KeyPurpose,
  type KeyRecord,
  type KeyScope,
  keyState,
  listApiKeys,
  loadConfig,
  revokeApiKey,
  rotateApiKey,
} from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { operatorAuthor, recordRights } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const OVERLAP_HOURS = 24;
const MOST_OVERLAP_HOURS = 720;

function readScopes(text: string): KeyScope[] {
  return text.split(',').map((word) => {
    const scope = KEY_SCOPES.find((known) => known === word.trim());
    if (scope === undefined)
      throw new UsageError(`--scope knows ${KEY_SCOPES.join(', ')}; not "${word.trim()}"`);
    return scope;
  });
}

function readPurpose(text = 'TREAT'): KeyPurpose {
  const purpose = KEY_PURPOSES.find((known) => known === text);
  if (purpose === undefined)
    throw new UsageError(`--purpose knows ${KEY_PURPOSES.join(', ')}; not "${text}"`);
  return purpose;
}

function readNetworks(given: readonly string[] | undefined): string[] | null {
  if (given === undefined) return null;
  for (const network of given)
    if (!isNetwork(network)) throw new UsageError(`--network "${network}" is no network such as 10.1.0.0/16`);
  return [...given];
}

function readId(id = ''): string {
  if (!KEY_ID.test(id)) throw new UsageError('say the ID of the key as "hutong key list" shows it');
  return id;
}

const unknown = (id: string): UsageError =>
  new UsageError(`no valid key has the id ${id}; "hutong key list" shows them`);

function line(key: KeyRecord): string {
  const used =
    key.lastUsedAt === null
      ? 'never used'
      : `${key.lastUsedAt.toISOString()}${key.lastUsedAddress === '' ? '' : ` from ${key.lastUsedAddress}`}`;
  const until = key.expiresAt === null ? '' : `  until ${key.expiresAt.toISOString().slice(0, 10)}`;
  return `${key.id}  ${(key.hospitalCode ?? '(region)').padEnd(16)} ${key.scopes.join(',').padEnd(16)} ${keyState(key).padEnd(8)} ${used}${until}  ${key.label}`;
}

export const keyCommand: Command = {
  name: 'key',
  usage:
    'key create (--hospital CODE | --region) --scope store,read [--label TEXT] [--days N] [--network CIDR …] [--purpose CODE] | key list | key rotate ID [--overlap HOURS] | key revoke ID',
  summary: 'credentials of machines: create one (printed once), list them, give one a new secret, or end it',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      region: { type: 'boolean' },
      scope: { type: 'string' },
      label: { type: 'string' },
      days: { type: 'string' },
      network: { type: 'string', multiple: true },
      purpose: { type: 'string' },
      overlap: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const [verb = '', argument] = positionals;
    const author = operatorAuthor(`key ${verb}`);
    switch (verb) {
      case 'create': {
        const hospital = values.region === true ? null : required(values.hospital, 'hospital');
        const scopes = readScopes(required(values.scope, 'scope'));
        if (hospital === null && scopes.includes('store'))
          throw new UsageError('a key of the region cannot store: stored studies belong to one hospital');
        const days = values.days === undefined ? null : Number(values.days);
        if (days !== null && !(days > 0)) throw new UsageError('--days is a number above 0');
        const expiresAt = days === null ? null : new Date(Date.now() + days * 86_400_000);
        const purpose = readPurpose(values.purpose);
        const networks = readNetworks(values.network);
        const { id, secret } = await withIndex(config, async (index) => {
          if (hospital !== null) await requireHospital(index, hospital);
          const wanted = { hospital, scopes, label: values.label ?? '', expiresAt, purpose, networks };
          const made = await createApiKey(index, { ...wanted, author });
          await recordRights(index, author, hospital, { what: 'key created', key: made.id, ...wanted });
          return made;
        });
        console.error(
          `Key ${id} for ${hospital ?? 'the region'} (${scopes.join(', ')}). It is shown this once:`,
        );
        console.log(secret);
        return 0;
      }
      case 'list':
        for (const key of await withIndex(config, listApiKeys)) console.log(line(key));
        return 0;
      case 'rotate': {
        const id = readId(argument);
        const hours = values.overlap === undefined ? OVERLAP_HOURS : Number(values.overlap);
        if (!(hours >= 0 && hours <= MOST_OVERLAP_HOURS))
          throw new UsageError(`--overlap is a number of hours up to ${MOST_OVERLAP_HOURS}`);
        const rotated = await withIndex(config, async (index) => {
          const result = await rotateApiKey(index, id, hours);
          if (result === null) throw unknown(id);
          await recordRights(index, author, result.key.hospitalCode, {
            what: 'key rotated',
            key: id,
            overlapHours: hours,
          });
          return result;
        });
        const until = rotated.key.previousValidUntil?.toISOString();
        console.error(
          `The new secret of ${id} is shown this once. The old one ${until === undefined ? 'ended' : `is taken until ${until}`}:`,
        );
        console.log(rotated.secret);
        return 0;
      }
      case 'revoke': {
        const id = readId(argument);
        await withIndex(config, async (index) => {
          const key = await findKey(index, id, null);
          if (key === null || !(await revokeApiKey(index, id))) throw unknown(id);
          await recordRights(index, author, key.hospitalCode, {
            what: 'key revoked',
            key: id,
            scopes: key.scopes,
          });
        });
        console.log(`revoked ${id}`);
        return 0;
      }
      default:
        throw new UsageError('say create, list, rotate or revoke');
    }
  },
};
