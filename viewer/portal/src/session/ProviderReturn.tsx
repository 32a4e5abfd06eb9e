import type { ProviderProblem } from '@hutong/server/contract';
import { useQuery } from '@tanstack/react-query';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { providersQuery } from './ProviderButtons.tsx';

const isProblem = (text: string, known: object): text is ProviderProblem => Object.hasOwn(known, text);

/** Why a provider of identity did not lead to a session, in words for who came back from there. */
export function ProviderFailed({ problem, provider }: { problem: string; provider: string }) {
  const { language } = useWords();
  const { provider: words } = accountWords[language];
  const { data } = useQuery(providersQuery);
  const name = data?.providers.find(({ id }) => id === provider)?.name[language] ?? words.unnamed;
  const { title, text } = words.problem[isProblem(problem, words.problem) ? problem : 'provider-answer'];
  return (
    <div className="dialog-failed" role="alert" data-testid="provider-failed" data-problem={problem}>
      <strong>{title}</strong>
      <p>{text(name)}</p>
    </div>
  );
}
