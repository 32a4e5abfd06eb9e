import { Component, type ReactNode } from 'react';
import { useWords } from '../i18n/language.ts';

function Failed({ message }: { message: string }) {
  const { t } = useWords();
  return (
    <main className="notice" role="alert">
      <h1>{t.error.page}</h1>
      <p>{t.error.pageText}</p>
      <code className="notice-code">{message}</code>
      <button type="button" className="button button-primary" onClick={() => location.reload()}>
        {t.error.reload}
      </button>
    </main>
  );
}

/** Shows what happened instead of a blank page when a component throws. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? `${error.name}: ${error.message}` : 'Error' };
  }

  override render(): ReactNode {
    return this.state.message === null ? this.props.children : <Failed message={this.state.message} />;
  }
}
