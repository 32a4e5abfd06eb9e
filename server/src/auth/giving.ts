import { KEY_SCOPES, type KeyScope } from '@hutong/storage-config';
import { type Caller, holds, hospitalsWith, may } from '../context.ts';

/** What shows nobody a patient. Whoever looks after keys gives it, though it may do none of it. */
const OF_MACHINES: ReadonlySet<KeyScope> = new Set(['store', 'metrics', 'orders', 'figures']);
/** What opens or changes patients' studies: whoever gives it could use it, so it is given by who holds it there. */
const OF_PATIENTS: ReadonlySet<KeyScope> = new Set(['read', 'correct', 'share', 'persons']);

/**
 * Scopes that a caller may give a key of a hospital (null: of the region): storing; what opens studies to who holds it
 * there; what makes decisions or administers is given by administrators who hold it there. A key gives no more than it
 * holds itself. No scope lets make accounts.
 */
export function scopesToGive(caller: Pick<Caller, 'kind' | 'rights'>, hospital: string | null): KeyScope[] {
  const has = (scope: KeyScope) =>
    hospital === null
      ? holds(caller, scope) && hospitalsWith(caller, scope) === null
      : may(caller, scope, hospital);
  if (!has('keys')) return [];
  return KEY_SCOPES.filter((scope) => {
    // Studies belong to one hospital.
    if (hospital === null && scope === 'store') return false;
    if (caller.kind === 'machine') return has(scope);
    // A hospital's system asks and records for its doctors: whoever administers connects it.
    if (scope === 'recognise') return has(scope) || has('admin');
    if (OF_PATIENTS.has(scope)) return has(scope);
    return OF_MACHINES.has(scope) || (has('admin') && has(scope));
  });
}

/** Whether a caller may make such a key, and so also change it or give it a new secret. */
export function mayGiveKey(
  caller: Pick<Caller, 'kind' | 'rights'>,
  key: { hospital: string | null; scopes: readonly KeyScope[] },
): boolean {
  const given = scopesToGive(caller, key.hospital);
  return key.scopes.length > 0 && key.scopes.every((scope) => given.includes(scope));
}
