import { App } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ownSessionsQuery } from '../api/account.ts';
import { remove } from '../api/http.ts';
import { formatInstant } from '../format/format.ts';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { AccountFailed } from './AccountFailed.tsx';
import { useAttempt } from './useAttempt.ts';

/** Where the own account is signed in, and how to end that. */
export function OwnSessions() {
  const words = useOwnWords(ownAccountWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error: unread } = useQuery(ownSessionsQuery);
  const { busy, error, attempt } = useAttempt();
  const end = (path: string, said: string) =>
    attempt(async () => {
      await remove(`/api/account/sessions${path}`);
      await queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
      void message.success(said);
    });
  const sessions = data?.sessions ?? [];
  return (
    <section className="account-part">
      <h3>{words.sessions}</h3>
      {data === undefined && unread === null && <p className="quiet">{words.loading}</p>}
      <ul className="account-sessions" data-testid="own-sessions">
        {sessions.map(({ id, browser, address, signedInAt, lastUsedAt, current }) => (
          <li key={id}>
            <div>
              <strong>{browser === '' ? words.unknownBrowser : browser}</strong>
              {current && <span className="account-current">{words.current}</span>}
              <p className="quiet">
                {[
                  ...(address === '' ? [] : [words.from(address)]),
                  words.signedIn(formatInstant(signedInAt)),
                  words.used(formatInstant(lastUsedAt)),
                ].join(' · ')}
              </p>
            </div>
            {!current && (
              <button
                type="button"
                className="button"
                disabled={busy}
                aria-label={words.endOf(browser === '' ? words.unknownBrowser : browser)}
                onClick={() => void end(`/${id}`, words.ended)}
              >
                {words.end}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p className="quiet">{words.elsewhereText}</p>
      <button
        type="button"
        className="button"
        disabled={busy}
        onClick={() => void end('', words.elsewhereDone)}
        data-testid="end-elsewhere"
      >
        {words.elsewhere}
      </button>
      <AccountFailed error={error ?? unread} title={words.failed} />
    </section>
  );
}
