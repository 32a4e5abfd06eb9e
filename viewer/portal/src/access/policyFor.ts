import type { AccessPolicyBody } from '@hutong/server/contract/access';

/**
 * The entry that holds for a pair of hospitals, as the server finds it: one that names the issuing hospital goes before one
 * that names the viewing one, and both before those that name less.
 */
export function policyFor(
  policies: readonly AccessPolicyBody[],
  issuing: string | null,
  viewing: string | null,
): AccessPolicyBody | null {
  const weight = (one: AccessPolicyBody): number =>
    (one.issuing === null ? 0 : 2) + (one.viewing === null ? 0 : 1);
  const fits = (named: string | null, asked: string | null): boolean => named === null || named === asked;
  return (
    policies
      .filter((one) => fits(one.issuing, issuing) && fits(one.viewing, viewing))
      .toSorted((a, b) => weight(b) - weight(a))[0] ?? null
  );
}

/** Whether an entry is the pair's own. */
export const isOwn = (policy: AccessPolicyBody, issuing: string | null, viewing: string | null): boolean =>
  policy.issuing === issuing && policy.viewing === viewing;
