import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { sessionQuery } from '../api/queries.ts';
import { PageHead } from '../app/PageHead.tsx';
import { labelWords } from '../i18n/labels.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { holds } from '../session/rights.ts';
import { PolicyTab } from './PolicyTab.tsx';
import { RecentTab } from './RecentTab.tsx';
import { ReleaseTab } from './ReleaseTab.tsx';
import { WithdrawalsTab } from './WithdrawalsTab.tsx';
import '../styles/labels.css';

/** HR labels: what waits to be released, withdrawals, what happened lately, and the policy; each for who has the right. */
export default function LabelsPage() {
  const words = useOwnWords(labelWords);
  const session = useQuery(sessionQuery).data;
  const [params, setParams] = useSearchParams();
  const reads = holds(session, 'read');
  const keeps = holds(session, 'registry');
  const tabs = [
    ...(reads ? [{ key: 'proposed', label: words.tabs.proposed, children: <ReleaseTab /> }] : []),
    ...(keeps ? [{ key: 'withdrawals', label: words.tabs.withdrawals, children: <WithdrawalsTab /> }] : []),
    ...(reads ? [{ key: 'recent', label: words.tabs.recent, children: <RecentTab /> }] : []),
    ...(keeps ? [{ key: 'policy', label: words.tabs.policy, children: <PolicyTab /> }] : []),
  ];
  const asked = params.get('tab');
  return (
    <section data-testid="labels-page">
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        items={tabs}
        activeKey={tabs.find(({ key }) => key === asked)?.key ?? tabs[0]?.key ?? ''}
        onChange={(tab) => setParams({ tab }, { replace: true })}
        destroyOnHidden
      />
    </section>
  );
}
