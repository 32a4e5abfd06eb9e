import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { ApiError, isSignedOut } from '../api/http.ts';
import { sessionQuery } from '../api/queries.ts';
import { en } from '../i18n/en.ts';
import { WordsContext, wordsOf, type Language } from '../i18n/language.ts';
import { zh } from '../i18n/zh.ts';
import { returnFocus } from './focusReturn.ts';
import { applyLanguage, applyTheme, SettingsContext, storedLanguage, storedTheme } from './settings.ts';
import { antdTheme, type Theme } from './theme.ts';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended while the page was open shows as a 401 of any question.
    onError: (error, query) => {
      if (isSignedOut(error) && query.queryKey[0] !== 'session') {
        void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }
    },
  }),
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      // What was refused will be refused again; what was not answered may be answered the second time.
      retry: (count, error) =>
        count < 1 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
});

/** Theme, language, Ant Design and the query cache around the whole portal. */
export function Providers({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const [language, setLanguage] = useState<Language>(storedLanguage);

  useEffect(() => returnFocus(), []);
  useEffect(() => applyTheme(theme), [theme]);
  useEffect(() => {
    applyLanguage(language);
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  }, [language]);

  const settings = useMemo(() => ({ theme, language, setTheme, setLanguage }), [theme, language]);
  const words = useMemo(() => wordsOf(language, language === 'zh' ? zh : en), [language]);
  const look = useMemo(() => antdTheme(theme), [theme]);
  return (
    <QueryClientProvider client={queries}>
      <SettingsContext value={settings}>
        <WordsContext value={words}>
          <ConfigProvider
            theme={look}
            locale={language === 'zh' ? zhCN : enUS}
            button={{ autoInsertSpace: false }}
          >
            <App component={false}>{children}</App>
          </ConfigProvider>
        </WordsContext>
      </SettingsContext>
    </QueryClientProvider>
  );
}
