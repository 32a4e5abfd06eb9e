/** One scope lies within another: a city in its province, a province in one that crosses provinces too. */
export interface ScopeWithin {
  scope: string;
  within: string;
}

/** The scopes themselves and all that lie around them, each once. A cycle, which must not be, ends nothing. */
export function scopesAround(withins: readonly ScopeWithin[], scopes: Iterable<string>): string[] {
  const found = new Set(scopes);
  // A set that grows is walked to its new end.
  for (const scope of found) for (const one of withins) if (one.scope === scope) found.add(one.within);
  return [...found];
}

/** Whether `scope` within `within` would bring a scope to lie within itself. */
export function wouldCycle(withins: readonly ScopeWithin[], { scope, within }: ScopeWithin): boolean {
  return scopesAround(withins, [within]).includes(scope);
}
