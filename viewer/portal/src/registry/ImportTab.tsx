import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Select } from 'antd';
import type { RegistryBody, RegistryImportBody, RegistryTableName } from '@hutong/server/contract/registry';
import { importTable, refreshRegistry, tableHref } from '../api/registry.ts';
import { FileDrop } from '../app/FileDrop.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';

interface Checked {
  file: File;
  result: RegistryImportBody;
}

/** Takes tables in, after saying what would come of them, and gives them out. */
export function ImportTab({ registry: _registry }: { registry: RegistryBody }) {
  const { language } = useWords();
  const words = useOwnWords(registryWords).import;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [table, setTable] = useState<RegistryTableName>('evaluations');
  const [checked, setChecked] = useState<Checked | null>(null);
  const act = useAct();
  const changes = checked === null ? 0 : checked.result.added + checked.result.changed;
  const fits = checked?.result.errors.length === 0;
  const check = (file: File): void => {
    void act.run(async () => {
      setChecked({ file, result: await importTable(table, file, true) });
    });
  };
  const take = (): void => {
    if (checked === null) return;
    void act.run(async () => {
      const result = await importTable(table, checked.file, false);
      if (result.errors.length > 0) {
        setChecked({ ...checked, result });
        return;
      }
      setChecked(null);
      void message.success(words.done);
      await refreshRegistry(client);
    });
  };
  return (
    <section className="registry-section registry-import">
      <p className="registry-hint">{words.lead}</p>
      <div className="registry-tools">
        <Select
          value={table}
          options={Object.entries(words.tables).map(([value, label]) => ({ value, label }))}
          onChange={(value: RegistryTableName) => {
            setTable(value);
            setChecked(null);
            act.forget();
          }}
          data-testid="import-table"
        />
        {(['templates', 'export'] as const).flatMap((what) =>
          (['xlsx', 'csv'] as const).map((format) => (
            <a
              key={`${what}${format}`}
              className="button"
              href={tableHref(what, table, format, language)}
              download
            >
              {what === 'templates' ? words.template : words.export} {format.toUpperCase()}
            </a>
          )),
        )}
      </div>
      {checked === null && (
        <FileDrop accept=".csv,.xlsx" label={act.busy ? words.checking : words.drop} onFile={check} />
      )}
      {act.error !== null && (
        <FailedLine error={act.error} title={words.failed} network={words.failed} server={words.failed} />
      )}
      {checked !== null && (
        <>
          <p className="import-file">
            <code>{checked.file.name}</code>
            <button type="button" className="text-button" onClick={() => setChecked(null)}>
              {words.other}
            </button>
          </p>
          <Preview result={checked.result} />
          {fits && (
            <button
              type="button"
              className="button button-primary registry-start"
              disabled={changes === 0 || act.busy}
              aria-busy={act.busy}
              onClick={take}
              data-testid="import-confirm"
            >
              {changes === 0 ? words.nothing : words.confirm(changes)}
            </button>
          )}
        </>
      )}
    </section>
  );
}

function Preview({ result }: { result: RegistryImportBody }) {
  const { pick } = useWords();
  const words = useOwnWords(registryWords).import;
  if (result.errors.length > 0)
    return (
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
    );
  const counts = [
    [words.added, result.added],
    [words.changed, result.changed],
    [words.unchanged, result.unchanged],
  ] as const;
  return (
    <dl className="import-counts" data-testid="import-preview">
      {counts.map(([name, count]) => (
        <div key={name}>
          <dd>{formatCount(count)}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}
