import { useQueryClient } from '@tanstack/react-query';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { PasswordForm } from './PasswordForm.tsx';
import { SignedOutFrame } from './SignInNeeded.tsx';

/** What a person sees whose password was chosen by somebody else: nothing goes on before an own one. */
export function OwnPassword() {
  const { language } = useWords();
  const { own: words } = accountWords[language];
  const queries = useQueryClient();
  return (
    <SignedOutFrame>
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <PasswordForm onDone={() => void queries.resetQueries()} />
    </SignedOutFrame>
  );
}
