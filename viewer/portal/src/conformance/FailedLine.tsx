import { ApiError } from '../api/http.ts';
import { useWords } from '../i18n/language.ts';

/** What was refused and why, where it was asked for: the server's own words first, else those of the page. */
export function FailedLine({
  error,
  title,
  network,
  server,
}: {
  error: Error;
  title: string;
  network: string;
  server: string;
}) {
  const { t, language } = useWords();
  const api = error instanceof ApiError ? error : null;
  const said = language === 'zh' ? api?.problem?.detailZh : api?.problem?.detail;
  const own = api?.status === 0 ? network : server;
  return (
    <div className="dialog-failed" role="alert" data-testid="dialog-failed">
      <strong>{title}</strong>
      <p>{said === undefined || said === '' ? own : said}</p>
      {api !== null && api.requestId !== '' && (
        <p className="quiet">
          {t.error.requestId} <code>{api.requestId}</code>
        </p>
      )}
    </div>
  );
}
