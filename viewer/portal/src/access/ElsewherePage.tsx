import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { StudyElsewhere } from '@hutong/server/contract/access';
import { searchElsewhere } from '../api/access.ts';
import { sessionQuery } from '../api/queries.ts';
import { PageHead } from '../app/PageHead.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { accessWords } from '../i18n/access.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { holds } from '../session/rights.ts';
import { FoundList } from './FoundList.tsx';
import { ConcerningGrants, OwnGrants } from './GrantLists.tsx';
import { NoticeList } from './NoticeList.tsx';
import { OpenDialog } from './OpenDialog.tsx';
import { SearchForm } from './SearchForm.tsx';
import { looksElsewhere } from './searchDraft.ts';
import '../styles/access.css';

/** Studies of other hospitals: find, open, see what is open; for the hospital whose they are, what was opened. */
export default function ElsewherePage() {
  const words = useOwnWords(accessWords);
  const session = useQuery(sessionQuery).data;
  const search = useMutation({ mutationFn: searchElsewhere });
  const [opening, setOpening] = useState<StudyElsewhere | null>(null);
  const looks = looksElsewhere(session);
  return (
    <main className="page" data-testid="elsewhere">
      <div className="page-column page-column-narrow access-column">
        <PageHead title={words.title} lead={looks ? words.lead : words.leadOwner} />
        {session !== undefined && holds(session, 'audit') && <NoticeList />}
        {looks && (
          <section className="access-panel" aria-label={words.search.title}>
            <h2>{words.search.title}</h2>
            <SearchForm
              session={session}
              busy={search.isPending}
              onSearch={(asked) => search.mutate(asked)}
            />
            {search.error !== null && (
              <FailedLine
                error={search.error}
                title={words.search.failed}
                network={words.search.network}
                server={words.search.server}
              />
            )}
            {search.isPending && <div className="access-skeleton" aria-hidden="true" />}
            {search.data != null && <FoundList found={search.data} onOpen={setOpening} />}
          </section>
        )}
        {looks && <OwnGrants />}
        {session !== undefined && <ConcerningGrants session={session} />}
      </div>
      {opening !== null && <OpenDialog study={opening} onClose={() => setOpening(null)} />}
    </main>
  );
}
