import { type Account, type AccountEvent, isPlainText, plainText, ROLES } from '@hutong/storage-config';
import { z } from 'zod';
import type { AccountBody, AccountHistory } from '../contract/accounts.ts';
import { HttpProblem } from '../problem.ts';

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

/** Reads the body of a request. @throws HttpProblem 400 that names the members */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'body')))].join(', ');
  throw new HttpProblem(
    400,
    'bad-account',
    `The JSON body does not fit the description in /api/openapi.json: ${where}. Names are one line of at most ${LONGEST_NAME} characters, without controls; at least one role is given.`,
    `JSON 内容不符合 /api/openapi.json 的说明：${where}。姓名为一行，最多 ${LONGEST_NAME} 个字符，不含控制字符；至少授予一个角色。`,
  );
}

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
