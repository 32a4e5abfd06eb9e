import { createRoot } from 'react-dom/client';
import '../../../../tokens/tokens.css';
import '../../styles/base.css';
import '../../styles/shareOpen.css';
import { OpenPage } from './OpenPage.tsx';
import { beginShareSession } from './shareSession.ts';

// Before anything is drawn: what opens the share leaves the address at once.
const session = beginShareSession();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
createRoot(root).render(<OpenPage session={session} />);
