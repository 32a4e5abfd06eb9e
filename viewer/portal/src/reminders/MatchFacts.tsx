import type { ReactNode } from 'react';
import type { Bilingual } from '@hutong/conformance';
import type { ReminderMatchBody } from '@hutong/server/contract/reminders';
import type { ReminderMatchWords } from '../i18n/reminderMatch.ts';

interface MatchFactsProps {
  match: ReminderMatchBody;
  words: ReminderMatchWords;
  pick: (both: Bilingual) => string;
  /** What can be done with it. */
  children?: ReactNode;
}

/** What a reminder says of a study: item, hospital, date and age, labels, and the word of the matrix with its reason. */
export function MatchFacts({ match, words, pick, children }: MatchFactsProps) {
  const { own, word, ageDays } = match;
  const className = own ? 'reminder-word reminder-word-own' : `reminder-word reminder-word-${word}`;
  return (
    <li className="reminder-match" data-testid="reminder-match" data-word={own ? 'OWN' : word}>
      <div className="reminder-match-head">
        <strong>{pick(match.item.name)}</strong>
        <span className={className}>{own ? words.own : words.words[word]}</span>
      </div>
      <p className="reminder-match-facts">
        {pick(match.hospital.name)} · {match.studyDate} ·{' '}
        <strong>{ageDays === 0 ? words.today : words.ago(ageDays)}</strong>
        {match.modalities.length > 0 && <> · {match.modalities.join('/')}</>} · {words.passed}
      </p>
      <p className="reminder-labels">
        {match.labels.map((label) => (
          <span key={label} className="reminder-label">
            {label}
          </span>
        ))}
        <span className="quiet">
          {words.because}
          {pick(match.because)}
        </span>
      </p>
      {children}
    </li>
  );
}
