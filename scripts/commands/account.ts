import {
  createAccount,
  listAccounts,
  loadConfig,
  resetPassword,
  type RoleGrant,
  ROLES,
  setDisabled,
  setRoles,
  UsernameRefused,
} from '@hutong/storage-config';
import { type Command, readOptions, required, UsageError } from '../operate/command.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

/** `radiologist@hospital` or `radiologist`, which is in the whole region. */
function readRoles(given: readonly string[]): RoleGrant[] {
  return given.map((text) => {
    const [name = '', hospital = null] = text.split('@');
    const role = ROLES.find((known) => known === name);
    if (role === undefined) throw new UsageError(`--role knows ${ROLES.join(', ')}; not "${name}"`);
    return { role, hospital };
  });
}

const unknown = (username: string): UsageError =>
  new UsageError(`no account has the name ${username}; "hutong account list" shows them`);

export const accountCommand: Command = {
  name: 'account',
  usage:
    'account create --username NAME [--name DISPLAY] --role ROLE[@HOSPITAL] … | account list | account roles|reset|disable|enable --username NAME [--role …]',
  summary:
    'accounts of people: make one (its first password is printed once), give roles, reset the password, disable',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      username: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string', multiple: true },
    });
    const config = loadConfig(process.env);
    const [verb] = positionals;
    if (verb === 'list') {
      const accounts = await withIndex(config, listAccounts);
      for (const { username, displayName, roles, disabled, hasOneTimePassword } of accounts) {
        const granted = roles.map(({ role, hospital }) => (hospital === null ? role : `${role}@${hospital}`));
        const marks = [
          ...(disabled ? ['disabled'] : []),
          ...(hasOneTimePassword ? ['one-time password'] : []),
        ];
        console.log([username, displayName, granted.join(' ') || '(no role)', ...marks].join('\t'));
      }
      return 0;
    }
    const username = required(values.username, 'username');
    const roles = readRoles(values.role ?? []);
    return withIndex(config, async (index) => {
      for (const { hospital } of roles) if (hospital !== null) await requireHospital(index, hospital);
      switch (verb) {
        case 'create': {
          if (roles.length === 0) throw new UsageError('--role is needed');
          try {
            const { password } = await createAccount(index, {
              username,
              displayName: values.name ?? '',
              roles,
            });
            console.error(
              `Account ${username}. Its first password is shown this once, and is to be changed:`,
            );
            console.log(password);
          } catch (error) {
            throw error instanceof UsernameRefused ? new UsageError(error.message) : error;
          }
          return 0;
        }
        case 'roles':
          if (!(await setRoles(index, username, roles))) throw unknown(username);
          return 0;
        case 'reset': {
          const password = await resetPassword(index, username);
          if (password === null) throw unknown(username);
          console.error(`The new password of ${username} is shown this once. All its sessions ended.`);
          console.log(password);
          return 0;
        }
        case 'disable':
        case 'enable':
          if (!(await setDisabled(index, username, verb === 'disable'))) throw unknown(username);
          return 0;
        default:
          throw new UsageError('say create, list, roles, reset, disable or enable');
      }
    });
  },
};
