import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../../tokens/tokens.css';
import './styles/base.css';
import './styles/worklist.css';
import './styles/detail.css';
import './styles/pages.css';
import './styles/corrections.css';
import { Portal } from './app/Portal.tsx';
import { applyLanguage, applyTheme, storedLanguage, storedTheme } from './app/settings.ts';

// Before the first paint, so that a light page does not flash dark.
applyTheme(storedTheme());
applyLanguage(storedLanguage());

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
createRoot(root).render(
  <StrictMode>
    <Portal />
  </StrictMode>,
);
