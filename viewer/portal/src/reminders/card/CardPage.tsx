import { useCallback, useEffect, useState } from 'react';
import type { Bilingual } from '@hutong/conformance';
import type { ReminderCardBody } from '@hutong/server/contract/reminders';
import { ApiError } from '../../api/http.ts';
import { applyLanguage, storedLanguage } from '../../app/settings.ts';
import { reminderCardWords } from '../../i18n/reminderCard.ts';
import { reminderMatchWords } from '../../i18n/reminderMatch.ts';
import { openCard } from './cardApi.ts';
import { CardMatchRow } from './CardMatchRow.tsx';

type State =
  { kind: 'working' } | { kind: 'over' } | { kind: 'failed' } | { kind: 'open'; card: ReminderCardBody };

/** The card of a call, for pages of hospital systems. */
export function CardPage({ token }: { token: string }) {
  const [language, setLanguage] = useState(storedLanguage);
  const [state, setState] = useState<State>({ kind: 'working' });
  const t = reminderCardWords[language];
  const pick = (both: Bilingual): string => (language === 'zh' ? both.zh : both.en);

  const load = useCallback(async () => {
    try {
      setState({ kind: 'open', card: await openCard(token) });
    } catch (error) {
      const over = error instanceof ApiError && (error.status === 404 || error.status === 400);
      setState({ kind: over ? 'over' : 'failed' });
    }
  }, [token]);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    applyLanguage(language);
    document.title = t.title;
  }, [language, t]);

  return (
    <main className="reminder-card" data-testid="reminder-card" data-state={state.kind}>
      <header className="reminder-card-head">
        <h1>{t.title}</h1>
        <button
          type="button"
          className="text-button"
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {t.language}
        </button>
      </header>
      {state.kind === 'working' && <p role="status">{t.working}</p>}
      {state.kind === 'over' && (
        <div role="alert">
          <h2>{t.over.title}</h2>
          <p>{t.over.text}</p>
        </div>
      )}
      {state.kind === 'failed' && (
        <div role="alert">
          <h2>{t.failed.title}</h2>
          <p>{t.failed.text}</p>
          <button type="button" className="button" onClick={() => void load()}>
            {t.failed.retry}
          </button>
        </div>
      )}
      {state.kind === 'open' && (
        <>
          {state.card.practitioner !== '' && (
            <p className="quiet">
              {pick(state.card.hospital.name)} · {t.doctor(state.card.practitioner)}
            </p>
          )}
          {state.card.reminders.map((reminder) => (
            <section key={reminder.id} aria-label={reminder.exam.name || reminder.exam.code}>
              <h2 className="reminder-card-exam">
                {t.exam}
                {reminder.exam.name ||
                  reminder.items.map(({ name }) => pick(name)).join('、') ||
                  reminder.exam.code}
              </h2>
              {reminder.emptyBecause !== null ? (
                <p className="quiet">
                  {reminder.emptyBecause.code === 'noStudy' ? t.gone : pick(reminder.emptyBecause.text)}
                </p>
              ) : (
                <p>{t.lead}</p>
              )}
              {reminder.uncovered !== null && <p role="note">{pick(reminder.uncovered.text)}</p>}
              <ul className="reminder-matches">
                {reminder.matches.map((match) => (
                  <CardMatchRow
                    key={match.position}
                    token={token}
                    reminder={reminder}
                    match={match}
                    card={state.card}
                    language={language}
                    pick={pick}
                    onDecided={() => void load()}
                  />
                ))}
              </ul>
            </section>
          ))}
          <p className="quiet">{reminderMatchWords[language].covers}</p>
        </>
      )}
    </main>
  );
}
