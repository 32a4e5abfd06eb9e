import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { CatalogueImport } from '@hutong/server/contract/conformance';
import { importCatalogue, refreshAfterCatalogue } from '../api/catalogues.ts';
import { FileDrop } from '../app/FileDrop.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount } from '../format/format.ts';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { DifferenceView } from './DifferenceView.tsx';

const LIMIT = 8 * 1024 * 1024;
const ERRORS_SHOWN = 50;

type State =
  | { kind: 'none' }
  | { kind: 'checking' }
  | { kind: 'tooLarge' }
  | { kind: 'failed'; error: Error }
  | { kind: 'checked'; name: string; document: string; result: CatalogueImport };

const errorOf = (failure: unknown): Error =>
  failure instanceof Error ? failure : new Error(String(failure));

/** What the document lacks, each with the place in it. */
function Refused({ errors }: Pick<CatalogueImport, 'errors'>) {
  const { pick } = useWords();
  const words = useOwnWords(catalogueWords).import;
  return (
    <div className="import-errors" role="alert" data-testid="catalogue-errors">
      <strong>
        {words.refused} · {words.errors(formatCount(errors.length))}
      </strong>
      <ul>
        {errors.slice(0, ERRORS_SHOWN).map(({ path, text }, at) => (
          <li key={at}>
            <code>{path === '' ? words.root : path}</code>
            <span>{pick(text)}</span>
          </li>
        ))}
      </ul>
      {errors.length > ERRORS_SHOWN && (
        <p className="quiet">{words.more(formatCount(errors.length - ERRORS_SHOWN))}</p>
      )}
    </div>
  );
}

function Checked({ result }: { result: CatalogueImport }) {
  const { pick } = useWords();
  const all = useOwnWords(catalogueWords);
  const words = all.import;
  const { catalogue, difference } = result;
  if (result.errors.length > 0) return <Refused errors={result.errors} />;
  return (
    <div className="import-checked" data-testid="catalogue-checked">
      {catalogue !== null && (
        <p className="import-title">
          <strong>{pick(catalogue.title)}</strong>
          <code>
            {catalogue.id} {catalogue.version}
          </code>
          <span className="quiet">
            {pick(catalogue.region.name)} · {all.items(catalogue.items)} · {all.from(catalogue.effectiveFrom)}
          </span>
        </p>
      )}
      <p className="import-effect" data-testid="catalogue-effect">
        {words.studies(formatCount(result.studies))}
      </p>
      {difference === null ? (
        <p className="quiet">{words.noneInForce}</p>
      ) : (
        <>
          <h3 className="import-against">{words.against(difference.from.version)}</h3>
          <DifferenceView difference={difference} />
        </>
      )}
    </div>
  );
}

/** Takes a list as a file: checked and compared first, kept as a draft once the reader says so. */
export function ImportPanel() {
  const words = useOwnWords(catalogueWords).import;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [state, setState] = useState<State>({ kind: 'none' });
  const [busy, setBusy] = useState(false);

  const check = async (file: File): Promise<void> => {
    if (file.size > LIMIT) {
      setState({ kind: 'tooLarge' });
      return;
    }
    setState({ kind: 'checking' });
    try {
      const document = await file.text();
      setState({ kind: 'checked', name: file.name, document, result: await importCatalogue(document, true) });
    } catch (failure) {
      setState({ kind: 'failed', error: errorOf(failure) });
    }
  };
  const save = async (): Promise<void> => {
    if (state.kind !== 'checked' || busy) return;
    setBusy(true);
    try {
      const result = await importCatalogue(state.document, false);
      if (result.errors.length > 0) setState({ ...state, result });
      else {
        void message.success(words.saved);
        setState({ kind: 'none' });
      }
      await refreshAfterCatalogue(client);
    } catch (failure) {
      setState({ kind: 'failed', error: errorOf(failure) });
    } finally {
      setBusy(false);
    }
  };
  const clean = state.kind === 'checked' && state.result.errors.length === 0;
  return (
    <section className="catalogue-import no-print" aria-label={words.title}>
      {state.kind === 'checked' ? (
        <div className="import-card">
          <header className="import-file">
            <code>{state.name}</code>
            {clean && <span className="import-ready">{words.ready}</span>}
            <span className="import-actions">
              <button
                type="button"
                className="button"
                disabled={busy}
                onClick={() => setState({ kind: 'none' })}
              >
                {clean ? words.cancel : words.other}
              </button>
              {clean && (
                <button
                  type="button"
                  className="button button-primary"
                  disabled={busy}
                  aria-busy={busy}
                  onClick={() => void save()}
                  data-testid="save-draft"
                >
                  {busy ? words.saving : words.save}
                </button>
              )}
            </span>
          </header>
          <Checked result={state.result} />
        </div>
      ) : (
        <FileDrop accept=".json,application/json" label={words.drop} onFile={(file) => void check(file)}>
          <p className="field-hint">{words.hint}</p>
        </FileDrop>
      )}
      {state.kind === 'checking' && <p role="status">{words.checking}</p>}
      {state.kind === 'tooLarge' && (
        <p className="field-fault" role="alert">
          {words.tooLarge}
        </p>
      )}
      {state.kind === 'failed' && (
        <FailedLine error={state.error} title={words.failed} network={words.network} server={words.server} />
      )}
    </section>
  );
}
