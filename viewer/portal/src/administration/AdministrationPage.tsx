import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import { SectionsPage } from '../app/SectionsPage.tsx';
import { administrationWords } from '../i18n/administration.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { PAGES } from './pages.ts';
import { sectionsFor } from './sectionsFor.ts';

/** What administrators, hospital IT and auditors do, each seeing what they have the right for. */
export default function AdministrationPage() {
  const words = useOwnWords(administrationWords);
  const session = useQuery(sessionQuery);
  if (session.isPending) return null;
  return (
    <SectionsPage base="/administration" sections={sectionsFor(session.data)} pages={PAGES} words={words} />
  );
}
