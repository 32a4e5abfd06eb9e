import type { Role, Session, SignInConfig } from '@hutong/storage-config';

/** What a signed-in person has to do before anything else: until then no right is held. */
export type Pending = 'givenPassword' | 'agedPassword' | 'secondFactor';

/** Roles that administer or watch others. */
const ADMINISTRATORS: readonly Role[] = ['administrator', 'hospitalIt', 'auditor'];

/** Whether these roles may be used with a second factor alone. */
export const needsSecondFactor = (
  roles: readonly { role: Role }[],
  { secondFactor }: Pick<SignInConfig, 'secondFactor'>,
): boolean =>
  secondFactor === 'everybody' ||
  (secondFactor === 'administrators' && roles.some(({ role }) => ADMINISTRATORS.includes(role)));

/** What stands before the use of a session; null: nothing. */
export function pendingOf(
  { account, method, secondFactor }: Pick<Session, 'account' | 'method' | 'secondFactor'>,
  config: Pick<SignInConfig, 'secondFactor' | 'passwordDays'>,
): Pending | null {
  // Whoever can print a sign-in link can do everything at the command line as well.
  if (account === null) return null;
  if (method === 'password') {
    if (account.passwordGiven) return 'givenPassword';
    const days = (account.passwordAgeSeconds ?? 0) / 86_400;
    if (config.passwordDays > 0 && days > config.passwordDays) return 'agedPassword';
  }
  const shown = secondFactor || (method === 'password' && account.hasOneTimePassword);
  return !shown && needsSecondFactor(account.roles, config) ? 'secondFactor' : null;
}
