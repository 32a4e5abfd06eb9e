import { useEffect, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router';
import { registryQuery } from '../api/registry.ts';
import { PageHead } from '../app/PageHead.tsx';
import { keepActiveInSight } from '../app/slideTo.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount } from '../format/format.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { DevicesTab } from './DevicesTab.tsx';
import { EvaluationsTab } from './EvaluationsTab.tsx';
import { ExpiringTab } from './ExpiringTab.tsx';
import { HospitalsTab } from './HospitalsTab.tsx';
import { ImportTab } from './ImportTab.tsx';
import { SuspensionsTab } from './SuspensionsTab.tsx';
import '../styles/registry.css';

const TABS = [
  ['hospitals', HospitalsTab],
  ['evaluations', EvaluationsTab],
  ['expiring', ExpiringTab],
  ['devices', DevicesTab],
  ['suspensions', SuspensionsTab],
  ['import', ImportTab],
] as const;

/** Who takes part in mutual recognition, and what they are qualified for. */
export default function RegistryPage() {
  const words = useOwnWords(registryWords);
  const { data, error, refetch } = useQuery(registryQuery);
  const { pathname } = useLocation();
  const tabs = useRef<HTMLElement>(null);
  // On a phone a part of the tabs is shown: the present one is among them.
  useEffect(() => keepActiveInSight(tabs.current), [pathname, data === undefined]);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  const mayEnter = data.may.keepRegion || data.may.centres.length > 0;
  return (
    <section data-testid="registry">
      <PageHead title={words.title} lead={mayEnter ? words.lead : `${words.lead}${words.readOnly}`} />
      <nav ref={tabs} className="registry-tabs" aria-label={words.title}>
        {TABS.map(([tab]) => (
          <NavLink key={tab} to={`/recognition/registry/${tab}`} data-testid={`registry-tab-${tab}`}>
            {words.tabs[tab]}
            {tab === 'expiring' && data.expiring > 0 && (
              <span className="registry-badge">{formatCount(data.expiring)}</span>
            )}
          </NavLink>
        ))}
      </nav>
      <Routes>
        {TABS.map(([tab, Tab]) => (
          <Route key={tab} path={tab} element={<Tab registry={data} />} />
        ))}
        <Route path="*" element={<Navigate to="/recognition/registry/hospitals" replace />} />
      </Routes>
    </section>
  );
}
