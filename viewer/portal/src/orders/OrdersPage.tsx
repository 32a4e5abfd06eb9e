import { NavLink, Route, Routes } from 'react-router';
import { PageHead } from '../app/PageHead.tsx';
import { orderWords } from '../i18n/orders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { InboxList } from './InboxList.tsx';
import { OrderList } from './OrderList.tsx';
import { Turnaround } from './Turnaround.tsx';
import '../styles/orders.css';

const BASE = '/recognition/orders';

/** Orders and reports of hospital systems: what came, what could not be taken, and how long reports take. */
export default function OrdersPage() {
  const words = useOwnWords(orderWords);
  return (
    <section data-testid="orders">
      <PageHead title={words.title} lead={words.lead} />
      <nav className="pending-tabs" aria-label={words.title}>
        <NavLink to={BASE} end className="choice-option">
          {words.tabs.orders}
        </NavLink>
        <NavLink to={`${BASE}/inbox`} className="choice-option" data-testid="inbox-tab">
          {words.tabs.inbox}
        </NavLink>
        <NavLink to={`${BASE}/turnaround`} className="choice-option" data-testid="turnaround-tab">
          {words.tabs.turnaround}
        </NavLink>
      </nav>
      <Routes>
        <Route index element={<OrderList />} />
        <Route path="inbox" element={<InboxList />} />
        <Route path="turnaround" element={<Turnaround />} />
      </Routes>
    </section>
  );
}
