import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal, Select } from 'antd';
import type { PriceBody, PriceImportBody, PricesBody } from '@hutong/server/contract/figures';
import { addPrice, importPrices, revokePrice } from '../api/figures.ts';
import { FileDrop } from '../app/FileDrop.tsx';
import { FormDialog } from '../app/FormDialog.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { formatCount } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';
import { fenOfYuan } from './numbers.ts';

const TABLE_BYTES = 4 * 1024 * 1024;
const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function Failed({ error, title }: { error: Error; title: string }) {
  const marks = useMarks();
  const said = useErrorText(error);
  return (
    <p className="report-wrong" role="alert">
      {marks.said(title, said.text)}
    </p>
  );
}

/** Carries something out and says so; what fails is kept to be shown. */
function useDone(onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const run = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const done = await work();
      await client.invalidateQueries({ queryKey: ['prices'] });
      await client.invalidateQueries({ queryKey: ['figures'] });
      void message.success(done);
      onClose();
    } catch (error) {
      setFailure(errorOf(error));
      setBusy(false);
    }
  };
  return { busy, failure, run };
}

/** Enters one price. */
export function AddPrice({ items, onClose }: { items: PricesBody['items']; onClose: () => void }) {
  const { pick } = useWords();
  const words = useOwnWords(figureWords).prices;
  const { busy, failure, run } = useDone(onClose);
  const [itemCode, setItemCode] = useState<string | null>(null);
  const [draft, setDraft] = useState({ amount: '', validFrom: '', region: '', level: '', source: '' });
  const fen = fenOfYuan(draft.amount);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(draft.validFrom);
  const input = (name: keyof typeof draft, wrong = false) => ({
    value: draft[name],
    status: wrong ? ('error' as const) : ('' as const),
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
    'data-testid': `price-${name}`,
  });
  return (
    <FormDialog
      title={words.add}
      words={{ cancel: words.cancel, confirm: words.save, busy: words.saving }}
      ready={itemCode !== null && fen !== null && isDay}
      busy={busy}
      width={520}
      confirmId="price-save"
      onClose={onClose}
      onSubmit={() =>
        run(async () => {
          const { validFrom, region, level, source } = draft;
          await addPrice({ itemCode: itemCode ?? '', amountFen: fen ?? 0, validFrom, region, level, source });
          return words.saved;
        })
      }
    >
      <Field label={words.item}>
        <Select
          value={itemCode}
          placeholder={words.chooseItem}
          showSearch={{ optionFilterProp: 'label' }}
          options={items.map(({ code, name }) => ({ value: code, label: `${code} ${pick(name)}` }))}
          onChange={setItemCode}
          data-testid="price-item"
        />
      </Field>
      <div className="field-pair">
        <Field
          label={words.amount}
          {...(draft.amount !== '' && fen === null ? { hint: words.wrongAmount } : {})}
        >
          <Input inputMode="decimal" {...input('amount', draft.amount !== '' && fen === null)} />
        </Field>
        <Field label={words.from}>
          <Input type="date" {...input('validFrom')} />
        </Field>
      </div>
      <div className="field-pair">
        <Field label={words.regionCode} hint={words.regionHint}>
          <Input inputMode="numeric" maxLength={6} {...input('region')} />
        </Field>
        <Field label={words.level} hint={words.levelHint}>
          <Input maxLength={16} {...input('level')} />
        </Field>
      </div>
      <Field label={words.source} hint={words.sourceHint}>
        <Input maxLength={512} {...input('source')} />
      </Field>
      {failure !== null && <Failed error={failure} title={words.failed} />}
    </FormDialog>
  );
}

/** Revokes an entry, with the reason. */
export function RevokePrice({ price, onClose }: { price: PriceBody; onClose: () => void }) {
  const words = useOwnWords(figureWords).prices;
  const { busy, failure, run } = useDone(onClose);
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={words.revokeTitle}
      words={{ cancel: words.cancel, confirm: words.confirmRevoke, busy: words.saving }}
      ready={reason.trim() !== ''}
      busy={busy}
      width={460}
      confirmId="price-revoke-confirm"
      onClose={onClose}
      onSubmit={() =>
        run(async () => {
          await revokePrice(price.id, reason.trim());
          return words.wasRevoked;
        })
      }
    >
      <Field label={words.reason}>
        <Input.TextArea
          value={reason}
          maxLength={512}
          autoSize={{ minRows: 2, maxRows: 5 }}
          onChange={(event) => setReason(event.target.value)}
          data-testid="price-reason"
        />
      </Field>
      {failure !== null && <Failed error={failure} title={words.failed} />}
    </FormDialog>
  );
}

type Checked = { file: File; result: PriceImportBody };

/** Reads a table of prices: it says what would change and what is wrong before anything is changed. */
export function ImportPrices({ onClose }: { onClose: () => void }) {
  const { pick } = useWords();
  const words = useOwnWords(figureWords).prices;
  const { busy, failure, run } = useDone(onClose);
  const [checked, setChecked] = useState<Checked | 'checking' | 'tooLarge' | Error | null>(null);
  const check = async (file: File): Promise<void> => {
    if (file.size > TABLE_BYTES) {
      setChecked('tooLarge');
      return;
    }
    setChecked('checking');
    setChecked(await importPrices(file, true).then((result) => ({ file, result }), errorOf));
  };
  const result = checked !== null && typeof checked === 'object' && 'result' in checked ? checked : null;
  const changes = result === null ? 0 : result.result.added + result.result.replaced;
  const clean = result !== null && result.result.errors.length === 0;
  return (
    <Modal
      open
      title={words.importTitle}
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
            data-testid="price-import-confirm"
            onClick={() => {
              if (result === null) return;
              void run(async () => {
                const done = await importPrices(result.file, false);
                return words.done(formatCount(done.added + done.replaced));
              });
            }}
          >
            {busy
              ? words.saving
              : clean && changes === 0
                ? words.nothingNew
                : words.confirm(formatCount(changes))}
          </button>
        </>
      }
    >
      <div className="dialog-form">
        <FileDrop accept=".csv,.xlsx,text/csv" label={words.drop} onFile={(file) => void check(file)}>
          <p className="field-hint">{words.columns}</p>
        </FileDrop>
        {checked === 'checking' && <p role="status">{words.checking}</p>}
        {checked === 'tooLarge' && <p role="alert">{words.tooLarge}</p>}
        {checked instanceof Error && <Failed error={checked} title={words.failed} />}
        {result !== null && (
          <div data-testid="price-import-preview">
            <code>{result.file.name}</code>
            <dl className="import-counts">
              {(['added', 'replaced', 'unchanged'] as const).map((name) => (
                <div key={name}>
                  <dd>{formatCount(result.result[name])}</dd>
                  <dt>{words[name]}</dt>
                </div>
              ))}
            </dl>
            {result.result.errors.length > 0 && (
              <div className="import-errors" role="alert" data-testid="price-import-errors">
                <strong>{words.errors(result.result.errors.length)}</strong>
                <ul>
                  {result.result.errors.map(({ line, text }, at) => (
                    <li key={at}>
                      <code>{words.line(line)}</code>
                      <span>{pick(text)}</span>
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        )}
        {failure !== null && <Failed error={failure} title={words.failed} />}
      </div>
    </Modal>
  );
}
