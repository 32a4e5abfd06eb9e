import type { RegistryBody, RegistryScopeBody } from '@hutong/server/contract/registry';

/** Today in China, where the hospitals are: YYYY-MM-DD. */
export const chineseToday = (now = Date.now()): string =>
  new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);

/** A scope with those that lie right within it. */
export interface ScopeNode {
  scope: RegistryScopeBody;
  children: ScopeNode[];
}

/**
 * Scopes as trees, the widest first. One that lies within several stands below each of them; one that is met again on its own
 * way down ends it.
 */
export function scopeTrees(scopes: readonly RegistryScopeBody[]): ScopeNode[] {
  const below = (name: string, way: readonly string[]): ScopeNode[] =>
    scopes
      .filter((scope) => scope.within.includes(name) && !way.includes(scope.name))
      .map((scope) => ({ scope, children: below(scope.name, [...way, scope.name]) }));
  const names = new Set(scopes.map(({ name }) => name));
  return scopes
    .filter(({ within }) => !within.some((name) => names.has(name)))
    .map((scope) => ({ scope, children: below(scope.name, [scope.name]) }));
}

/** Whether the caller enters evaluations and suspensions at a scope. */
export const mayEvaluateAt = ({ may, centres }: RegistryBody, scope: string): boolean =>
  may.keepRegion || centres.some((centre) => centre.scope === scope && may.centres.includes(centre.code));
