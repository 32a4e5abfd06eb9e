import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { ReminderAskBody, RemindersAnswer } from '@hutong/server/contract/reminders';
import { ApiError } from '../api/http.ts';
import { facetsQuery, sessionQuery } from '../api/queries.ts';
import { askReminder } from '../api/reminders.ts';
import { useWords } from '../i18n/language.ts';
import { reminderMatchWords } from '../i18n/reminderMatch.ts';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { MatchFacts } from './MatchFacts.tsx';

const MODALITIES = ['CT', 'MR', 'DX'] as const;

function Answer({ answer }: { answer: RemindersAnswer }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(remindersWords).ask;
  const said = useOwnWords(reminderMatchWords);
  return (
    <div className="reminder-answer" data-testid="reminder-answer" aria-live="polite">
      <p className="quiet">{answer.linked ? words.linked : words.notLinked}</p>
      {answer.ignoredIdentifiers.map(({ index, because }) => (
        <p key={index} role="alert">
          {words.ignored}
          {pick(because)}
        </p>
      ))}
      {answer.reminders.map((reminder) => (
        <section key={reminder.id}>
          {reminder.items.length > 0 && (
            <p>
              {words.items}
              {marks.list(reminder.items.map(({ name }) => pick(name)))}
            </p>
          )}
          {reminder.emptyBecause !== null && <p>{pick(reminder.emptyBecause.text)}</p>}
          {reminder.uncovered !== null && <p role="note">{pick(reminder.uncovered.text)}</p>}
          <ul className="reminder-matches">
            {reminder.matches.map((match) => (
              <MatchFacts key={match.position} match={match} words={said} pick={pick} />
            ))}
          </ul>
          {reminder.matches.length > 0 && (
            <Link className="button button-primary" to={`/recognition/reminders/${reminder.id}`}>
              {words.decide}
            </Link>
          )}
        </section>
      ))}
    </div>
  );
}

/** Asks a reminder as a doctor would whose hospital's system does not. */
export function AskPage() {
  const { language, pick } = useWords();
  const words = useOwnWords(remindersWords).ask;
  const session = useQuery(sessionQuery).data;
  const held = session?.rights.recognise;
  const own = (useQuery(facetsQuery).data?.hospitals ?? []).filter(
    ({ code }) => held === null || held?.includes(code) === true,
  );
  const [draft, setDraft] = useState({
    hospital: '',
    patientId: '',
    idCard: '',
    name: '',
    code: '',
    modality: '',
  });
  const asking = useMutation({ mutationFn: (ask: ReminderAskBody) => askReminder(ask) });
  const set =
    (member: keyof typeof draft) => (event: React.ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
      setDraft({ ...draft, [member]: event.target.value });
  const hospital = draft.hospital || (own[0]?.code ?? '');
  const has = (text: string): boolean => text.trim() !== '';
  const ready = (has(draft.patientId) || has(draft.idCard)) && (has(draft.name) || has(draft.code));
  const problem = asking.error instanceof ApiError ? asking.error.problem : null;

  function submit(): void {
    asking.mutate({
      ...(hospital === '' ? {} : { hospital }),
      ...(has(draft.patientId) ? { patient: { patientId: draft.patientId.trim() } } : {}),
      ...(has(draft.idCard) ? { identifiers: [{ kind: 'idCard', value: draft.idCard.trim() }] } : {}),
      exams: [{ code: draft.code.trim(), name: draft.name.trim(), modality: draft.modality }],
    });
  }
  return (
    <>
      <p className="quiet">{words.lead}</p>
      <form
        className="reminder-try"
        autoComplete="off"
        data-testid="reminder-ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !asking.isPending) submit();
        }}
      >
        {own.length > 1 && (
          <label>
            {words.hospital}
            <select value={hospital} onChange={set('hospital')}>
              {own.map(({ code, name }) => (
                <option key={code} value={code}>
                  {pick(name)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {words.patientId}
          <input
            value={draft.patientId}
            onChange={set('patientId')}
            maxLength={64}
            data-testid="ask-patient"
          />
        </label>
        <label>
          {words.idCard}
          <input value={draft.idCard} onChange={set('idCard')} maxLength={64} inputMode="text" />
        </label>
        <label>
          {words.name}
          <input
            value={draft.name}
            onChange={set('name')}
            maxLength={200}
            placeholder={words.nameHint}
            data-testid="ask-name"
          />
        </label>
        <label>
          {words.code}
          <input value={draft.code} onChange={set('code')} maxLength={64} data-testid="ask-code" />
        </label>
        <label>
          {words.modality}
          <select value={draft.modality} onChange={set('modality')}>
            <option value="">{words.anyModality}</option>
            {MODALITIES.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <button
          type="submit"
          className="button button-primary"
          disabled={!ready || asking.isPending}
          data-testid="ask-go"
        >
          {asking.isPending ? words.busy : words.go}
        </button>
      </form>
      {asking.isError && (
        <p role="alert" className="reminder-failed">
          {problem === null ? words.failed : language === 'zh' ? problem.detailZh : problem.detail}
        </p>
      )}
      {asking.data !== undefined && asking.data !== null && <Answer answer={asking.data} />}
    </>
  );
}
