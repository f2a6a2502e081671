import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../texts/en.json' with { type: 'json' };
import nl from '../texts/nl.json' with { type: 'json' };

const STORED = 'inzagewacht.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof nl;
    returnNull: false;
  }
}

/** Dutch unless the reader chose otherwise on this machine. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: localStorage.getItem(STORED) === 'en' ? 'en' : 'nl',
    fallbackLng: 'nl',
    resources: { nl, en },
    defaultNS: 'shell',
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18next.language;
}

export async function changeLanguage(language: 'nl' | 'en'): Promise<void> {
  localStorage.setItem(STORED, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
