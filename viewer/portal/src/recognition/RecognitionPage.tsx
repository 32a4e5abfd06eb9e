import { lazy } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useMatch } from 'react-router';
import { sessionQuery } from '../api/queries.ts';
import { SectionsPage } from '../app/SectionsPage.tsx';
import { recognitionWords } from '../i18n/recognition.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { PAGES } from './pages.ts';
import { recognitionFor } from './sections.ts';

const ReminderPage = lazy(() => import('../decisions/ReminderPage.tsx'));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Mutual recognition at work: reminders, decisions, labels, persons, figures and the registry behind them. */
export default function RecognitionPage() {
  const words = useOwnWords(recognitionWords);
  const session = useQuery(sessionQuery);
  // Where hospital systems lead to: one reminder, without the list of pages beside it.
  const reminder = useMatch('/recognition/reminders/:reminder')?.params.reminder ?? '';
  if (session.isPending) return null;
  if (UUID.test(reminder)) return <ReminderPage key={reminder} reminder={reminder} />;
  return (
    <SectionsPage base="/recognition" sections={recognitionFor(session.data)} pages={PAGES} words={words} />
  );
}
