import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import { SectionsPage } from '../app/SectionsPage.tsx';
import { recognitionWords } from '../i18n/recognition.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { recognitionFor } from './sections.ts';

/** Mutual recognition at work: reminders, decisions, labels, persons, figures and the registry behind them. */
export default function RecognitionPage() {
  const words = useOwnWords(recognitionWords);
  const session = useQuery(sessionQuery);
  if (session.isPending) return null;
  return <SectionsPage base="/recognition" sections={recognitionFor(session.data)} words={words} />;
}
