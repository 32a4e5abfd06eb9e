import type { HutongConfig } from '@hutong/storage-config';
import { purposesOf } from '../auth/purposes.ts';
import type { Caller } from '../context.ts';
import type { SessionInfo } from '../contract.ts';

/** Roles from the one that may most; the first that is held names the person. */
const ORDER = [
  'administrator',
  'qualityControl',
  'radiologist',
  'clinician',
  'hospitalIt',
  'auditor',
  'healthCommission',
] as const;

/** What a caller is told of itself. */
export function sessionInfo(
  caller: Caller,
  { deletedKeepDays }: Pick<HutongConfig, 'deletedKeepDays'>,
): SessionInfo {
  const { account } = caller;
  return {
    subject: caller.id,
    displayName: caller.displayName,
    role: roleOf(caller),
    account:
      account === null
        ? null
        : {
            roles: account.roles.map((grant) => ({ ...grant })),
            mustChangePassword: account.pending === 'givenPassword' || account.pending === 'agedPassword',
            pending: account.pending ?? null,
            provider: caller.session?.provider ?? '',
          },
    expiresAt: caller.sessionExpiresAt?.toISOString() ?? null,
    idleEndsAt: caller.session?.idleEndsAt.toISOString() ?? null,
    rights: Object.fromEntries(
      Object.entries(caller.rights).map(([scope, hospitals]) => [
        scope,
        hospitals === null ? null : [...hospitals],
      ]),
    ),
    deletedKeepDays,
    purpose: caller.purpose,
    purposes: account === null ? [caller.purpose] : purposesOf(account.roles).filter((one) => one !== 'BTG'),
  };
}

function roleOf({ kind, account }: Caller): SessionInfo['role'] {
  if (kind !== 'person') return kind;
  if (account === null) return 'administrator';
  return ORDER.find((role) => account.roles.some((grant) => grant.role === role)) ?? 'clinician';
}
