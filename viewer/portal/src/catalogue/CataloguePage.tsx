import { useQuery } from '@tanstack/react-query';
import { Link, NavLink, Route, Routes, useSearchParams } from 'react-router';
import { isRunning, reevaluationsQuery } from '../api/catalogues.ts';
import { sessionQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { CatalogueItems } from './CatalogueItems.tsx';
import { DifferencePage } from './DifferencePage.tsx';
import { Reevaluations } from './Reevaluations.tsx';
import { Versions } from './Versions.tsx';
import { refOf } from './versions.ts';
import '../styles/catalogues.css';

/** The items of the version that the address names. */
function OneVersion() {
  const words = useOwnWords(catalogueWords);
  const [params] = useSearchParams();
  const version = refOf(params.get('of'));
  return (
    <>
      <Link className="text-button back-link no-print" to="/catalogue/versions">
        <Icon name="right" size={12} />
        {words.back}
      </Link>
      <CatalogueItems version={version} />
    </>
  );
}

/** The mutual-recognition list (互认清单), its versions and their differences, and what they have judged again. */
export default function CataloguePage() {
  const words = useOwnWords(catalogueWords);
  const session = useQuery(sessionQuery).data;
  // Lists are the region's: the administrator of one hospital reads them as others do.
  const admin = session?.rights.admin === null;
  const running = useQuery({ ...reevaluationsQuery, enabled: admin }).data?.some(isRunning) === true;
  return (
    <main className="catalogue" data-testid="catalogue">
      <nav className="pending-tabs catalogue-tabs no-print" aria-label={words.tabs.versions}>
        <NavLink to="/catalogue" end className="choice-option">
          {words.tabs.items}
        </NavLink>
        <NavLink to="/catalogue/versions" className="choice-option" data-testid="versions-tab">
          {words.tabs.versions}
        </NavLink>
        {admin && (
          <NavLink to="/catalogue/reevaluations" className="choice-option" data-testid="reevaluations-tab">
            {words.tabs.reevaluations}
            {running && <span className="pulse tab-pulse" />}
          </NavLink>
        )}
      </nav>
      <Routes>
        <Route index element={<CatalogueItems version={null} />} />
        <Route path="versions" element={<Versions admin={admin} />} />
        <Route path="version" element={<OneVersion />} />
        <Route path="difference" element={<DifferencePage />} />
        <Route path="reevaluations" element={<Reevaluations />} />
      </Routes>
    </main>
  );
}
