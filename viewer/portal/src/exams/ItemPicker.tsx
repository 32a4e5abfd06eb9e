import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, Modal, type InputRef } from 'antd';
import { versionQuery } from '../api/catalogues.ts';
import { Icon } from '../app/Icon.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount } from '../format/format.ts';
import { examWords } from '../i18n/exams.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { findPickable } from './itemSearch.ts';

interface PickerProps {
  /** The exam's name, for the reader. */
  exam: string;
  studies: number;
  chosen: readonly string[];
  /** Codes that are suggested: they stand first while nothing is typed. */
  suggested: readonly string[];
  /** Saves; what it throws is said in the dialog. */
  onSave: (itemCodes: string[]) => Promise<void>;
  onClose: () => void;
}

/** Chooses items of the list for an exam: type, arrows, Enter; Ctrl+Enter saves. */
export function ItemPicker({ exam, studies, chosen, suggested, onSave, onClose }: PickerProps) {
  const { pick } = useWords();
  const all = useOwnWords(examWords);
  const words = all.picker;
  const items = useQuery(versionQuery(null)).data?.items;
  const [codes, setCodes] = useState<readonly string[]>(chosen);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const search = useRef<InputRef>(null);
  const list = useRef<HTMLUListElement>(null);
  const found = useMemo(() => {
    const matching = findPickable(items ?? [], typed);
    const first = typed.trim() === '' ? suggested : [];
    const rank = (code: string): number => (first.includes(code) ? first.indexOf(code) : first.length);
    return matching.toSorted((one, other) => rank(one.code) - rank(other.code));
  }, [items, typed, suggested]);
  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const toggle = (code: string): void =>
    setCodes((now) => (now.includes(code) ? now.filter((each) => each !== code) : [...now, code]));
  const save = async (itemCodes: readonly string[]): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await onSave([...itemCodes]);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const current = found[at];
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      if (codes.length > 0) void save(codes);
    } else if (event.key === 'Enter' && current !== undefined) toggle(current.code);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      open
      title={words.title}
      onCancel={onClose}
      mask={{ closable: false }}
      width={600}
      centered
      rootClassName="picker-dialog"
      afterOpenChange={(open) => {
        if (open) search.current?.focus();
      }}
      footer={
        <>
          <button
            type="button"
            className="button picker-not-listed"
            disabled={busy}
            onClick={() => void save([])}
            data-testid="picker-not-listed"
          >
            {all.notListed}
          </button>
          <button type="button" className="button" onClick={onClose} disabled={busy}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button button-primary"
            disabled={busy || codes.length === 0}
            aria-busy={busy}
            onClick={() => void save(codes)}
            data-testid="picker-save"
          >
            {busy ? words.saving : words.save}
          </button>
        </>
      }
    >
      <div className="picker" onKeyDown={onKeyDown} data-testid="item-picker">
        <p className="picker-exam">
          <strong>{exam}</strong>
          <span className="picker-effect">{all.rejudges(formatCount(studies))}</span>
        </p>
        <Input
          ref={search}
          prefix={<Icon name="search" />}
          allowClear
          autoComplete="off"
          aria-label={words.search}
          placeholder={words.search}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          data-testid="picker-search"
        />
        <ul className="picker-items" ref={list}>
          {found.map((item, index) => (
            <li key={item.code} data-active={index === at} className={index === at ? 'picker-active' : ''}>
              <Checkbox
                checked={codes.includes(item.code)}
                onChange={() => {
                  toggle(item.code);
                  setAt(index);
                }}
                data-testid={`pick-${item.code}`}
              >
                <span className="item-code">{item.code}</span>
                <span>{pick(item.name)}</span>
                {suggested.includes(item.code) && <span className="picker-suggested">{words.suggested}</span>}
              </Checkbox>
            </li>
          ))}
          {found.length === 0 && <li className="quiet">{words.none}</li>}
        </ul>
        <p className="picker-chosen">
          {words.chosen(codes.length)}
          <span className="quiet">{words.many}</span>
        </p>
        {error !== null && (
          <FailedLine error={error} title={all.failed} network={all.network} server={all.server} />
        )}
      </div>
    </Modal>
  );
}
