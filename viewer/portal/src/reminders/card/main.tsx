import { createRoot } from 'react-dom/client';
import '../../../../tokens/tokens.css';
import '../../styles/base.css';
import '../../styles/reminders.css';
import { takeToken } from './cardApi.ts';
import { CardPage } from './CardPage.tsx';

// Before anything is drawn: what opens the card leaves the address at once.
const token = takeToken();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
createRoot(root).render(<CardPage token={token} />);
