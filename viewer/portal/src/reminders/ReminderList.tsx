import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { ReminderRow } from '@hutong/server/contract/reminders';
import { type ReminderState, remindersQuery } from '../api/reminders.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reminderMatchWords } from '../i18n/reminderMatch.ts';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';

function Match({ match }: { match: ReminderRow['matches'][number] }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(remindersWords).list;
  const said = useOwnWords(reminderMatchWords);
  const { own, word, decision } = match;
  const facts = [
    match.inForce ? '' : words.gone,
    match.viewed ? words.viewed : '',
    decision === null
      ? ''
      : decision.kind === 'recognised'
        ? words.recognised
        : words.again(decision.reasonCode),
  ].filter((text) => text !== '');
  return (
    <li>
      <span className={own ? 'reminder-word reminder-word-own' : `reminder-word reminder-word-${word}`}>
        {own ? said.own : said.words[word]}
      </span>{' '}
      {pick(match.hospital.name)} · {match.studyDate} ·{' '}
      {match.ageDays === 0 ? said.today : said.ago(match.ageDays)} · {marks.list(match.labels)}
      {facts.length > 0 && <strong> · {facts.join(' · ')}</strong>}
    </li>
  );
}

function Row({ row }: { row: ReminderRow }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(remindersWords).list;
  const exam = row.exam.name || row.exam.code;
  return (
    <li className="reminder-row" data-testid="reminder-row">
      <div>
        <strong>{formatInstant(row.createdAt)}</strong>
        <p className="quiet">
          {[pick(row.hospital.name), row.department, row.practitioner].filter(Boolean).join(' · ')}
        </p>
        <p className="quiet">{words.channels[row.channel]}</p>
      </div>
      <div>
        <strong>{exam}</strong>{' '}
        <span className="quiet">{marks.list(row.items.map(({ name }) => pick(name)))}</span>
        <p className="quiet">
          {[
            row.patientId === '' ? '' : words.patient(row.patientId),
            row.orderNumber === '' ? '' : words.order(row.orderNumber),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {row.emptyBecause !== null && <p>{words.empty[row.emptyBecause]}</p>}
        <ul>
          {row.matches.map((match) => (
            <Match key={match.position} match={match} />
          ))}
        </ul>
      </div>
      {row.matches.length > 0 && (
        <Link className="text-button" to={`/recognition/reminders/${row.id}`} data-testid="reminder-open">
          {words.open}
        </Link>
      )}
    </li>
  );
}

/** Reminders of the own hospitals, the newest first. */
export function ReminderList() {
  const words = useOwnWords(remindersWords).list;
  const [state, setState] = useState<ReminderState>('all');
  const found = useInfiniteQuery(remindersQuery(state));
  const rows = found.data?.pages.flatMap(({ reminders }) => reminders) ?? [];
  return (
    <>
      <div className="reminder-filter">
        <Choice
          label={words.filter}
          value={state}
          options={(['all', 'matched', 'empty'] as const).map((each) => [each, words.states[each]] as const)}
          onChange={setState}
        />
      </div>
      {found.isError && rows.length === 0 ? (
        <ErrorNotice error={found.error} title={words.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <DetailSkeleton />
      ) : rows.length === 0 ? (
        <EmptyNotice testId="reminders-none" title={words.none} text={words.noneHint} />
      ) : (
        <ul className="reminder-rows">
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
    </>
  );
}
