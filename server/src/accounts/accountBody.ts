import { type Account, type AccountEvent, isPlainText, plainText, ROLES } from '@hutong/storage-config';
import { z } from 'zod';
import type { AccountBody, AccountHistory } from '../contract/accounts.ts';

const LONGEST_NAME = 64;
const MOST_ROLES = 200;

const name = z
  .string()
  .transform(plainText)
  .refine((text) => text !== '' && isPlainText(text, LONGEST_NAME));
const roles = z
  .array(z.strictObject({ role: z.enum(ROLES), hospital: z.string().min(1).max(32).nullable() }))
  .min(1)
  .max(MOST_ROLES);

export const newAccount = z.strictObject({ username: z.string().min(1).max(200), displayName: name, roles });
export const accountChange = z
  .strictObject({
    revision: z.int(),
    displayName: name.optional(),
    roles: roles.optional(),
    disabled: z.boolean().optional(),
  })
  .transform(({ revision, displayName, roles: wanted, disabled }) => ({
    revision,
    ...(displayName === undefined ? {} : { displayName }),
    ...(wanted === undefined ? {} : { roles: wanted }),
    ...(disabled === undefined ? {} : { disabled }),
  }));

/** What is said of a body that does not fit. */
export const UNFIT = {
  code: 'bad-account',
  hint: {
    en: `Names are one line of at most ${LONGEST_NAME} characters, without controls; at least one role is given.`,
    zh: `姓名为一行，最多 ${LONGEST_NAME} 个字符，不含控制字符；至少授予一个角色。`,
  },
};

export function accountBody(account: Account, ownId: string | null): AccountBody {
  return {
    id: account.id,
    username: account.username,
    displayName: account.displayName,
    roles: account.roles,
    state: account.disabled ? 'disabled' : 'active',
    passwordGiven: account.passwordGiven,
    secondFactor: account.hasOneTimePassword,
    provider: account.provider,
    createdAt: account.createdAt.toISOString(),
    lastSignedInAt: account.lastSignedInAt?.toISOString() ?? null,
    sessions: account.sessions,
    revision: account.revision,
    own: account.id === ownId,
  };
}

export const changeBody = (change: AccountEvent): AccountHistory['changes'][number] => ({
  at: change.at.toISOString(),
  kind: change.kind,
  by: change.author,
  rolesBefore: change.rolesBefore,
  rolesAfter: change.rolesAfter,
});
