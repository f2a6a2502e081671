import './styles/tokens.css';
import './styles/components.css';
import './styles/page.css';
import './styles/queue.css';
import './styles/charts.css';
import './styles/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startLanguage } from './shell/language.ts';
import { applyTheme } from './shell/theme.ts';

applyTheme();
await startLanguage();
const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place to draw in.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
