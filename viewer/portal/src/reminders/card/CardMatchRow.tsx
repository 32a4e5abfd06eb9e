import { useState } from 'react';
import type { Bilingual } from '@hutong/conformance';
import type { ReminderCardBody, ReminderMatchBody } from '@hutong/server/contract/reminders';
import { ApiError } from '../../api/http.ts';
import type { Language } from '../../i18n/language.ts';
import { reminderCardWords } from '../../i18n/reminderCard.ts';
import { reminderMatchWords } from '../../i18n/reminderMatch.ts';
import { MatchFacts } from '../MatchFacts.tsx';
import { AgainForm } from './AgainForm.tsx';
import { type CardMatch, decide, openPictures } from './cardApi.ts';

interface CardMatchRowProps {
  token: string;
  reminder: ReminderCardBody['reminders'][number];
  match: ReminderMatchBody;
  card: ReminderCardBody;
  language: Language;
  pick: (both: Bilingual) => string;
  onDecided: () => void;
}

/** A match with what the doctor can do: open the pictures, recognise, or say why it is examined again. */
export function CardMatchRow({ token, reminder, match, card, language, pick, onDecided }: CardMatchRowProps) {
  const t = reminderCardWords[language];
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const on: CardMatch = { token, reminder: reminder.id, position: match.position };
  const decision = reminder.decisions.find(({ position }) => position === match.position);
  const mayDecide = !match.own && match.word !== 'NOT_IN_SCOPE' && decision === undefined;

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setFailed('');
    try {
      await work();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : null;
      setFailed(problem === null ? t.failed.text : language === 'zh' ? problem.detailZh : problem.detail);
    } finally {
      setBusy(false);
    }
  }
  const record = (what: Parameters<typeof decide>[1]) =>
    run(async () => {
      await decide(on, what);
      onDecided();
    });

  return (
    <MatchFacts match={match} words={reminderMatchWords[language]} pick={pick}>
      {decision !== undefined && (
        <p className="reminder-decided" data-testid="card-decided">
          {decision.kind === 'recognised' ? t.recognised : t.examinedAgain(decision.reasonCode)}
        </p>
      )}
      {failed !== '' && (
        <p role="alert" className="reminder-failed">
          {failed}
        </p>
      )}
      {asks ? (
        <AgainForm
          reasons={card.reasons}
          words={t}
          pick={pick}
          busy={busy}
          onCancel={() => setAsks(false)}
          onSubmit={(given) => record({ kind: 'examinedAgain', ...given })}
        />
      ) : (
        <div className="reminder-actions">
          <button
            type="button"
            className="button"
            disabled={busy}
            data-testid="card-open"
            onClick={() => {
              // Opened at once, for a window that is opened later is none that somebody asked for.
              const view = window.open('', '_blank');
              void run(async () => {
                try {
                  const { url } = await openPictures(on);
                  if (view === null) window.location.assign(url);
                  else view.location.replace(url);
                } catch (error) {
                  view?.close();
                  throw error;
                }
              });
            }}
          >
            {t.open}
          </button>
          {mayDecide && card.practitioner !== '' && (
            <>
              <button
                type="button"
                className="button button-primary"
                disabled={busy}
                data-testid="card-recognise"
                onClick={() => void record({ kind: 'recognised' })}
              >
                {t.recognise}
              </button>
              <button
                type="button"
                className="button"
                disabled={busy}
                data-testid="card-again"
                onClick={() => setAsks(true)}
              >
                {t.again}
              </button>
            </>
          )}
          {mayDecide && card.practitioner === '' && (
            <p className="quiet">
              {t.nobody}{' '}
              <a href={reminder.page} target="_blank" rel="noreferrer">
                {t.page}
              </a>
            </p>
          )}
        </div>
      )}
    </MatchFacts>
  );
}
