import {
  createApiKey,
  KEY_SCOPES,
  listApiKeys,
  loadConfig,
  revokeApiKey,
  type KeyScope,
} from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readScopes(text: string): KeyScope[] {
  return text.split(',').map((word) => {
    const scope = KEY_SCOPES.find((known) => known === word.trim());
    if (scope === undefined)
      throw new UsageError(`--scope knows ${KEY_SCOPES.join(', ')}; not "${word.trim()}"`);
    return scope;
  });
}

export const keyCommand: Command = {
  name: 'key',
  usage:
    'key create (--hospital CODE | --region) --scope store,read [--label TEXT] [--days N] | key list | key revoke ID',
  summary: 'create a credential of a hospital (printed once), list them, or end one',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      region: { type: 'boolean' },
      scope: { type: 'string' },
      label: { type: 'string' },
      days: { type: 'string' },
    });
    const config = loadConfig(process.env);
    switch (positionals[0]) {
      case 'create': {
        const hospital = values.region === true ? null : required(values.hospital, 'hospital');
        const scopes = readScopes(required(values.scope, 'scope'));
        if (hospital === null && scopes.includes('store'))
          throw new UsageError('a key of the region cannot store: stored studies belong to one hospital');
        const days = values.days === undefined ? null : Number(values.days);
        if (days !== null && !(days > 0)) throw new UsageError('--days is a number above 0');
        const expiresAt = days === null ? null : new Date(Date.now() + days * 86_400_000);
        const { id, secret } = await withIndex(config, async (index) => {
          if (hospital !== null) await requireHospital(index, hospital);
          return createApiKey(index, { hospital, scopes, label: values.label ?? '', expiresAt });
        });
        console.error(
          `Key ${id} for ${hospital ?? 'the region'} (${scopes.join(', ')}). It is shown this once:`,
        );
        console.log(secret);
        return 0;
      }
      case 'list':
        for (const key of await withIndex(config, (index) => listApiKeys(index))) {
          const state = key.expiresAt !== null && key.expiresAt < new Date() ? 'expired' : 'valid';
          const used = key.lastUsedAt?.toISOString() ?? 'never used';
          console.log(
            `${key.id}  ${(key.hospitalCode ?? '(region)').padEnd(16)} ${key.scopes.join(',').padEnd(16)} ${state.padEnd(8)} ${used}  ${key.label}`,
          );
        }
        return 0;
      case 'revoke': {
        const id = positionals[1] ?? '';
        if (!KEY_ID.test(id)) throw new UsageError('say the ID of the key as "hutong key list" shows it');
        const found = await withIndex(config, (index) => revokeApiKey(index, id));
        if (!found) throw new UsageError(`no valid key has the id ${id}; "hutong key list" shows them`);
        console.log(`revoked ${id}`);
        return 0;
      }
      default:
        throw new UsageError('say create, list or revoke');
    }
  },
};
