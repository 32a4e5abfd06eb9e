import { App } from 'antd';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const words = useOwnWords(ownAccountWords);
  const { message } = App.useApp();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(codes.join('\n'));
    void message.success(words.codesCopied);
  };
  return (
    <div className="account-codes" data-testid="recovery-codes">
      <h3>{words.codesTitle}</h3>
      <p>{words.codesText}</p>
      <ul>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="account-actions">
        {'clipboard' in navigator && (
          <button type="button" className="button" onClick={() => void copy()}>
            {words.codesCopy}
          </button>
        )}
        <button type="button" className="button" onClick={() => window.print()}>
          {words.codesPrint}
        </button>
        <button
          type="button"
          className="button button-primary"
          onClick={onKept}
          data-testid="recovery-codes-kept"
        >
          {words.codesKept}
        </button>
      </div>
    </div>
  );
}
