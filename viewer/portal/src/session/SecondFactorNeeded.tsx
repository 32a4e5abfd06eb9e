import { useQueryClient } from '@tanstack/react-query';
import type { SessionInfo } from '@hutong/server/contract';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import '../styles/account.css';
import { OneTimePasswordSetup } from './OneTimePasswordSetup.tsx';
import { SignedOutFrame } from './SignInNeeded.tsx';
import { useSignOut } from './useSignOut.ts';

/** What a person sees whose role has to sign in with a second factor, before there is one. */
export default function SecondFactorNeeded({ session }: { session: SessionInfo | undefined }) {
  const words = useOwnWords(ownAccountWords);
  const queries = useQueryClient();
  const signOut = useSignOut();
  const isOwn = session?.account?.provider === '';
  return (
    <SignedOutFrame>
      <div data-testid="second-factor-needed">
        <h1>{words.neededTitle}</h1>
        <p>{isOwn ? words.neededText : words.neededProvider}</p>
        {isOwn && <OneTimePasswordSetup onDone={() => void queries.resetQueries()} onCancel={null} />}
        <button type="button" className="text-button account-leave" onClick={() => void signOut()}>
          {words.signOut}
        </button>
      </div>
    </SignedOutFrame>
  );
}
