import { useState, type ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { Icon } from '../app/Icon.tsx';
import { useWords } from '../i18n/language.ts';

function CopyLine({ text }: { text: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <div className="copy-line">
      <code>{text}</code>
      <button
        type="button"
        className="icon-button"
        aria-label={t.empty.copy}
        title={copied ? t.empty.copied : t.empty.copy}
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => setCopied(true));
        }}
      >
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </button>
    </div>
  );
}

function Notice({ testId, children }: { testId: string; children: ReactNode }) {
  return (
    <div className="notice" data-testid={testId}>
      {children}
    </div>
  );
}

/**
 * A cloud that holds no study: how to store the first one. `hospital` is one that is known already; where signing in
 * is off (`open`) a store needs no key.
 */
export function EmptyCloud({ hospital, open }: { hospital: string | undefined; open: boolean }) {
  const { t } = useWords();
  const root = `${location.origin}/dicomweb/studies`;
  const code = hospital ?? 'city-first';
  const add = `npm run hutong -- hospital add --code ${code} --name-zh 市第一人民医院 --name-en "First Hospital"`;
  const key = open ? '' : '-H "Authorization: Bearer $KEY" ';
  const steps: [string, string][] = [
    [t.empty.address, root],
    ...(open || hospital !== undefined ? [] : ([[t.empty.hospital, add]] as [string, string][])),
    ...(open
      ? []
      : ([[t.empty.key, `npm run hutong -- key create --hospital ${code} --scope store`]] as [
          string,
          string,
        ][])),
    [t.empty.curl, `curl ${key}-H "Content-Type: application/dicom" --data-binary @image.dcm ${root}`],
  ];
  return (
    <Notice testId="empty-cloud">
      <h1>{t.empty.title}</h1>
      <p>{t.empty.text}</p>
      <dl className="how-to">
        {steps.map(([name, line]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <CopyLine text={line} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t.empty.readme}</p>
      <p className="waiting" role="status">
        <span className="pulse" />
        {t.empty.waiting}
      </p>
    </Notice>
  );
}

/** Filters that leave nothing. */
export function NoResult({ onClear }: { onClear: () => void }) {
  const { t } = useWords();
  return (
    <Notice testId="no-result">
      <h1>{t.noResult.title}</h1>
      <p>{t.noResult.text}</p>
      <button type="button" className="button" onClick={onClear}>
        {t.filters.clear}
      </button>
    </Notice>
  );
}

/** What a failed request says, and the number to name to the operator. */
export function useErrorText(error: Error): { text: string; requestId: string } {
  const { t, language } = useWords();
  if (!(error instanceof ApiError)) return { text: t.error.server, requestId: '' };
  const said = language === 'zh' ? error.problem?.detailZh : error.problem?.detail;
  const own = error.status === 0 ? t.error.network : t.error.server;
  return { text: said === undefined || said === '' ? own : said, requestId: error.requestId };
}

/** A list that holds nothing: what would stand there, and how it comes to. */
export function EmptyNotice({
  testId,
  title,
  text,
  children,
}: {
  testId: string;
  title: string;
  text: string;
  children?: ReactNode;
}) {
  return (
    <Notice testId={testId}>
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
    </Notice>
  );
}

/** The first load failed: what happened, what to do, and the number to name to the operator. */
export function ErrorNotice({ error, title, onRetry }: { error: Error; title: string; onRetry: () => void }) {
  const { t } = useWords();
  const { text, requestId } = useErrorText(error);
  return (
    <div className="notice" role="alert" data-testid="error">
      <h1>{title}</h1>
      <p>{text}</p>
      <button type="button" className="button button-primary" onClick={onRetry}>
        {t.error.retry}
      </button>
      {requestId !== '' && (
        <p className="request-id">
          {t.error.requestId} <code>{requestId}</code>
        </p>
      )}
    </div>
  );
}

/** A later load failed while rows stand: they stay, a quiet line says so. */
export function StaleLine({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useWords();
  const { requestId } = useErrorText(error);
  return (
    <div className="stale-line" role="alert" data-testid="stale">
      <span>{t.error.keptOld}</span>
      {requestId !== '' && <code>{requestId}</code>}
      <button type="button" className="text-button" onClick={onRetry}>
        {t.error.retry}
      </button>
    </div>
  );
}
