import { useQueryClient } from '@tanstack/react-query';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { PasswordForm } from './PasswordForm.tsx';
import { SignedOutFrame } from './SignInNeeded.tsx';

/** What a person sees whose password was chosen by somebody else, or is too old: nothing goes on before an own one. */
export function OwnPassword({ aged }: { aged: boolean }) {
  const { language } = useWords();
  const { own: words } = accountWords[language];
  const queries = useQueryClient();
  return (
    <SignedOutFrame>
      <h1>{aged ? words.agedTitle : words.title}</h1>
      <p>{aged ? words.agedText : words.text}</p>
      <PasswordForm onDone={() => void queries.resetQueries()} />
    </SignedOutFrame>
  );
}
