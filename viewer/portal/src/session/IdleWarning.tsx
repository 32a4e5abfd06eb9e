import { useEffect } from 'react';
import { Modal } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { noteUse } from './activity.ts';
import { useSignOut } from './useSignOut.ts';
import { minutes, useCountdown } from './useCountdown.ts';

/** Says that the session is about to end because nobody works, and goes on when somebody says so. */
export default function IdleWarning({ endsAt, onStay }: { endsAt: number; onStay: () => void }) {
  const { language } = useWords();
  const { idle: words } = accountWords[language];
  const queries = useQueryClient();
  const signOut = useSignOut();
  const left = useCountdown(endsAt);
  useEffect(() => {
    if (left === 0) void queries.refetchQueries({ queryKey: sessionQuery.queryKey });
  }, [left, queries]);
  const stay = (): void => {
    noteUse();
    void queries.refetchQueries({ queryKey: sessionQuery.queryKey });
    onStay();
  };
  return (
    <Modal open centered title={words.title} onCancel={stay} width={420} footer={null}>
      <p role="timer" data-testid="idle-warning">
        {words.text(minutes(left))}
      </p>
      <div className="account-actions">
        <button type="button" className="button" onClick={() => void signOut()}>
          {words.signOut}
        </button>
        <button
          type="button"
          className="button button-primary"
          onClick={stay}
          autoFocus
          data-testid="stay-signed-in"
        >
          {words.stay}
        </button>
      </div>
    </Modal>
  );
}
