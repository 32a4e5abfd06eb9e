import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Input } from 'antd';
import type { EmergencyReason, NoticeBody } from '@hutong/server/contract/access';
import { answerNotice, noticesQuery } from '../api/access.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';

function Notice({ notice }: { notice: NoticeBody }) {
  const { pick } = useWords();
  const all = useOwnWords(accessWords);
  const words = all.notices;
  const client = useQueryClient();
  const [contesting, setContesting] = useState(false);
  const [text, setText] = useState('');
  const answer = useMutation({
    mutationFn: (state: 'acknowledged' | 'contested') =>
      answerNotice(notice.id, { state, answer: state === 'contested' ? text.trim() : '' }),
    onSuccess: async () => {
      setContesting(false);
      await client.invalidateQueries({ queryKey: ['access'] });
    },
  });
  const { grant } = notice;
  const reason = all.reasons[grant.reasonCode as EmergencyReason];
  return (
    <li
      className={`access-notice access-notice-${notice.state}`}
      data-testid="notice"
      data-state={notice.state}
    >
      <div className="access-notice-head">
        <strong>{all.concerning.line(grant.person, pick(grant.viewing.name))}</strong>
        <span className="quiet">{formatInstant(notice.createdAt)}</span>
        <span className="quiet">{pick(notice.hospital.name)}</span>
        <span className={`access-state access-state-${notice.state}`}>{words.states[notice.state]}</span>
      </div>
      <p>
        {reason} — {grant.reason}
      </p>
      <p className="quiet">{all.concerning.patient(grant.patientId)}</p>
      {notice.answeredAt !== null && (
        <p className="quiet">
          {words.answered(notice.answeredBy, formatInstant(notice.answeredAt))}
          {notice.answer !== '' && `：${notice.answer}`}
        </p>
      )}
      {answer.error !== null && (
        <FailedLine
          error={answer.error}
          title={words.failed}
          network={all.search.network}
          server={all.search.server}
        />
      )}
      {contesting ? (
        <form
          className="access-contest"
          onSubmit={(event) => {
            event.preventDefault();
            answer.mutate('contested');
          }}
        >
          <Input.TextArea
            value={text}
            rows={2}
            maxLength={1000}
            autoFocus
            placeholder={words.contestHint}
            aria-label={words.contestHint}
            onChange={({ target }) => setText(target.value)}
          />
          <div className="access-actions">
            <button type="button" className="button" onClick={() => setContesting(false)}>
              {words.cancel}
            </button>
            <button
              type="submit"
              className="button button-primary"
              disabled={text.trim().length < 2 || answer.isPending}
            >
              {words.send}
            </button>
          </div>
        </form>
      ) : (
        <div className="access-notice-actions">
          {notice.state === 'unread' && (
            <button
              type="button"
              className="text-button"
              disabled={answer.isPending}
              onClick={() => answer.mutate('acknowledged')}
              data-testid="notice-acknowledge"
            >
              {words.acknowledge}
            </button>
          )}
          {notice.state !== 'contested' && (
            <button
              type="button"
              className="text-button button-danger-quiet"
              onClick={() => setContesting(true)}
            >
              {words.contest}
            </button>
          )}
        </div>
      )}
    </li>
  );
}

/** What was opened of the own hospital's in emergencies, to be acknowledged or contested. */
export function NoticeList() {
  const words = useOwnWords(accessWords).notices;
  const notices = useQuery(noticesQuery);
  if (notices.isError && notices.data === undefined)
    return <ErrorNotice error={notices.error} title={words.error} onRetry={() => void notices.refetch()} />;
  const { unread, notices: listed } = notices.data ?? { unread: 0, notices: [] };
  return (
    <section className="access-panel" aria-label={words.title} data-testid="notices">
      <h2>
        {words.title}
        {unread > 0 && (
          <span className="badge" title={words.unread(formatCount(unread))}>
            {formatCount(unread)}
          </span>
        )}
      </h2>
      {listed.length === 0 && <p className="quiet">{notices.isPending ? '…' : words.none}</p>}
      <ul className="access-notices">
        {listed.map((notice) => (
          <Notice key={notice.id} notice={notice} />
        ))}
      </ul>
    </section>
  );
}
