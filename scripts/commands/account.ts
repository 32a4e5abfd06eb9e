import {
  type Account,
  accountHistory,
  changeAccount,
  createAccount,
  endAllSessions,
  findAccount,
  givePassword,
  type HutongConfig,
  isPlainText,
  LastAdministrator,
  liftSecondFactor,
  listAccounts,
  loadConfig,
  plainText,
  type RoleGrant,
  ROLES,
  UsernameRefused,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import { type Command, readOptions, required, UsageError } from '../operate/command.ts';
import { operatorAuthor, recordRights } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const LONGEST_NAME = 64;

/** `radiologist@hospital` or `radiologist`, which is in the whole region. */
function readRoles(given: readonly string[]): RoleGrant[] {
  return given.map((text) => {
    const [name = '', hospital = null] = text.split('@');
    const role = ROLES.find((known) => known === name);
    if (role === undefined) throw new UsageError(`--role knows ${ROLES.join(', ')}; not "${name}"`);
    return { role, hospital };
  });
}

/** Where duties are separate nobody both administers and audits. @throws UsageError */
function checkDuties(roles: readonly RoleGrant[], { separateDuties }: HutongConfig): void {
  const has = (name: RoleGrant['role']) => roles.some(({ role }) => role === name);
  if (separateDuties && has('administrator') && has('auditor'))
    throw new UsageError('HUTONG_SEPARATE_DUTIES is on: nobody is administrator and auditor at once');
}

const written = (roles: readonly RoleGrant[]): string =>
  roles.map(({ role, hospital }) => (hospital === null ? role : `${role}@${hospital}`)).join(' ') ||
  '(no role)';

function line({ username, displayName, roles, ...account }: Account): string {
  const marks = [
    ...(account.disabled ? ['disabled'] : []),
    ...(account.hasOneTimePassword ? ['one-time password'] : []),
    ...(account.provider === null ? [] : [`by ${account.provider}`]),
  ];
  return [username, displayName, written(roles), ...marks].join('\t');
}

async function named(index: Pool, username: string): Promise<Account> {
  const name = username.trim().normalize('NFKC').toLowerCase();
  const found = (await listAccounts(index)).find((account) => account.username === name);
  if (found === undefined)
    throw new UsageError(`no account has the name ${username}; "hutong account list" shows them`);
  return found;
}

export const accountCommand: Command = {
  name: 'account',
  usage:
    'account create --username NAME [--name DISPLAY] --role ROLE[@HOSPITAL] … | account list | account roles|name|reset|second-factor|sessions|disable|enable|history --username NAME [--role …] [--name …]',
  summary:
    'accounts of people: make one (its first password is printed once), give roles, reset the password, disable',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      username: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string', multiple: true },
    });
    const config = loadConfig(process.env);
    const [verb = ''] = positionals;
    if (verb === 'list') {
      for (const account of await withIndex(config, listAccounts)) console.log(line(account));
      return 0;
    }
    const username = required(values.username, 'username');
    const roles = readRoles(values.role ?? []);
    const displayName = plainText(values.name ?? '');
    if (!isPlainText(displayName, LONGEST_NAME))
      throw new UsageError(`--name is one line of at most ${LONGEST_NAME} characters`);
    checkDuties(roles, config);
    return withIndex(config, async (index) => {
      for (const { hospital } of roles) if (hospital !== null) await requireHospital(index, hospital);
      try {
        await carryOut(index, verb, { username, displayName, roles });
      } catch (error) {
        if (error instanceof UsernameRefused || error instanceof LastAdministrator)
          throw new UsageError(error.message);
        throw error;
      }
      return 0;
    });
  },
};

async function carryOut(
  index: Pool,
  verb: string,
  given: { username: string; displayName: string; roles: RoleGrant[] },
): Promise<void> {
  const author = operatorAuthor(`account ${verb}`);
  const by = { author };
  const record = (what: string, account: Account | null, detail = {}) =>
    recordRights(index, author, null, { what, account: account?.id, username: account?.username, ...detail });
  const { username, displayName, roles } = given;
  if (verb === 'create') {
    if (roles.length === 0) throw new UsageError('--role is needed');
    const { id, password } = await createAccount(index, given, by);
    await record('account created', await findAccount(index, id), { before: [], after: roles });
    console.error(`Account ${username}. Its first password is shown this once, and is to be changed:`);
    console.log(password);
    return;
  }
  const account = await named(index, username);
  switch (verb) {
    case 'roles': {
      const changed = await changeAccount(index, account.id, { roles }, by);
      await record('roles changed', account, { before: account.roles, after: changed?.after.roles });
      return;
    }
    case 'name':
      await changeAccount(index, account.id, { displayName: required(displayName, 'name') }, by);
      return record('name changed', account);
    case 'reset': {
      const password = await givePassword(index, account.id, by);
      await record('password given', account);
      console.error(`The new password of ${username} is shown this once. All its sessions ended.`);
      console.log(password);
      return;
    }
    case 'second-factor':
      await liftSecondFactor(index, account.id, by);
      return record('second factor removed', account);
    case 'sessions':
      await endAllSessions(index, account.id, by);
      return record('sessions ended', account);
    case 'disable':
    case 'enable':
      await changeAccount(index, account.id, { disabled: verb === 'disable' }, by);
      return record(`account ${verb}d`, account);
    case 'history':
      for (const { at, kind, author: who, rolesBefore, rolesAfter } of await accountHistory(
        index,
        account.id,
      )) {
        const change =
          rolesBefore === null || rolesAfter === null
            ? []
            : [`${written(rolesBefore)} → ${written(rolesAfter)}`];
        console.log([at.toISOString(), kind, who.name, ...change].join('\t'));
      }
      return;
    default:
      throw new UsageError(
        'say create, list, roles, name, reset, second-factor, sessions, disable, enable or history',
      );
  }
}
