import { FailedLine } from '../conformance/FailedLine.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';

/** What did not go well with the own account. */
export function AccountFailed({ error, title }: { error: Error | null; title: string }) {
  const { language } = useWords();
  const { signIn } = accountWords[language];
  if (error === null) return null;
  return <FailedLine error={error} title={title} network={signIn.network} server={signIn.server} />;
}
