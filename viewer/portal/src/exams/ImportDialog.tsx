import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Modal, Select } from 'antd';
import type { ExamMappingImport } from '@hutong/server/contract/conformance';
import { importExams, refreshAfterMapping } from '../api/exams.ts';
import { facetsQuery, sessionQuery } from '../api/queries.ts';
import { FileDrop } from '../app/FileDrop.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount } from '../format/format.ts';
import { examWords } from '../i18n/exams.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { CSV_LIMIT, csvText } from './readCsv.ts';

type State =
  | { kind: 'none' }
  | { kind: 'checking'; name: string }
  | { kind: 'tooLarge' }
  | { kind: 'checked'; name: string; csv: string; result: ExamMappingImport }
  | { kind: 'failed'; error: Error };

function Preview({ result }: { result: ExamMappingImport }) {
  const { pick } = useWords();
  const words = useOwnWords(examWords).import;
  const counts = [
    [words.added, result.added],
    [words.changed, result.changed],
    [words.unchanged, result.unchanged],
  ] as const;
  return (
    <div data-testid="import-preview">
      <dl className="import-counts">
        {counts.map(([name, count]) => (
          <div key={name}>
            <dd>{formatCount(count)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      {result.errors.length > 0 && (
        <div className="import-errors" role="alert" data-testid="import-errors">
          <strong>{words.errors(result.errors.length)}</strong>
          <ul>
            {result.errors.map(({ line, text }, at) => (
              <li key={at}>
                <code>{words.line(line)}</code>
                <span>{pick(text)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** Reads a hospital's exam table: it says what would change and what is wrong before anything is changed. */
export function ImportDialog({ preset, onClose }: { preset: string | null; onClose: () => void }) {
  const { pick } = useWords();
  const words = useOwnWords(examWords).import;
  const client = useQueryClient();
  const { message } = App.useApp();
  const mine = useQuery(sessionQuery).data?.rights.review ?? null;
  const hospitals = (useQuery(facetsQuery).data?.hospitals ?? []).filter(
    ({ code }) => mine === null || mine.includes(code),
  );
  const [chosen, setChosen] = useState(preset);
  const hospital = chosen ?? (hospitals.length === 1 ? (hospitals[0]?.code ?? null) : null);
  const [state, setState] = useState<State>({ kind: 'none' });
  const [busy, setBusy] = useState(false);

  const check = async (file: File, code: string): Promise<void> => {
    if (file.size > CSV_LIMIT) {
      setState({ kind: 'tooLarge' });
      return;
    }
    setState({ kind: 'checking', name: file.name });
    try {
      const csv = csvText(new Uint8Array(await file.arrayBuffer()));
      setState({ kind: 'checked', name: file.name, csv, result: await importExams(code, csv, true) });
    } catch (error) {
      setState({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  const changes = state.kind === 'checked' ? state.result.added + state.result.changed : 0;
  const clean = state.kind === 'checked' && state.result.errors.length === 0;
  const run = async (): Promise<void> => {
    if (state.kind !== 'checked' || hospital === null || busy) return;
    setBusy(true);
    try {
      const done = await importExams(hospital, state.csv, false);
      void message.success(words.done(formatCount(done.added + done.changed)));
      await refreshAfterMapping(client);
      onClose();
    } catch (error) {
      setState({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={words.title}
      onCancel={() => {
        if (!busy) onClose();
      }}
      mask={{ closable: false }}
      width={560}
      centered
      rootClassName="action-dialog"
      footer={
        <>
          <button type="button" className="button" onClick={onClose} disabled={busy}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button button-primary"
            disabled={!clean || changes === 0 || busy}
            aria-busy={busy}
            onClick={() => void run()}
            data-testid="import-confirm"
          >
            {busy
              ? words.working
              : clean && changes === 0
                ? words.nothing
                : words.confirm(formatCount(changes))}
          </button>
        </>
      }
    >
      <div className="dialog-form">
        <label className="field">
          <span className="field-label">{words.hospital}</span>
          <Select
            value={hospital}
            placeholder={words.chooseHospital}
            options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
            onChange={(code: string | null) => {
              setChosen(code);
              setState({ kind: 'none' });
            }}
            data-testid="import-hospital"
          />
        </label>
        {hospital !== null && state.kind !== 'checked' && (
          <FileDrop accept=".csv,text/csv" label={words.drop} onFile={(file) => void check(file, hospital)}>
            <p className="field-hint">{words.columns}</p>
            <p className="field-hint">{words.encodings}</p>
          </FileDrop>
        )}
        {state.kind === 'checking' && <p role="status">{words.checking}</p>}
        {state.kind === 'tooLarge' && (
          <p className="field-fault" role="alert">
            {words.tooLarge}
          </p>
        )}
        {state.kind === 'failed' && (
          <FailedLine error={state.error} title={words.failed} network={words.failed} server={words.failed} />
        )}
        {state.kind === 'checked' && (
          <>
            <p className="import-file">
              <code>{state.name}</code>
              <button type="button" className="text-button" onClick={() => setState({ kind: 'none' })}>
                {words.other}
              </button>
            </p>
            <Preview result={state.result} />
          </>
        )}
      </div>
    </Modal>
  );
}
