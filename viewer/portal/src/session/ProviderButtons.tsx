import { queryOptions, useQuery } from '@tanstack/react-query';
import type { SignInProviders } from '@hutong/server/contract';
import { getJson } from '../api/http.ts';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { keepPlace } from './place.ts';

export const providersQuery = queryOptions({
  queryKey: ['sign-in-providers'],
  queryFn: ({ signal }) => getJson<SignInProviders>('/api/sign-in/providers', signal),
  staleTime: Infinity,
});

/** The ways to providers of identity; nothing where there are none. */
export function ProviderButtons() {
  const { language } = useWords();
  const { signIn: words } = accountWords[language];
  const { data } = useQuery(providersQuery);
  const providers = data?.providers ?? [];
  if (providers.length === 0) return null;
  const go = (id: string): void => {
    keepPlace();
    window.location.assign(`/api/sign-in/providers/${encodeURIComponent(id)}/start?returnTo=%2Fsign-in`);
  };
  return (
    <div className="sign-in-providers">
      {providers.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button button-provider"
          onClick={() => go(id)}
          data-testid={`provider-${id}`}
        >
          {words.byProvider(name[language])}
        </button>
      ))}
      <p className="sign-in-or">
        <span>{words.orAccount}</span>
      </p>
    </div>
  );
}
