import { useEffect, useRef, useState } from 'react';
import type { MadeShareBody } from '@hutong/server/contract/shares';
import { Icon } from '../app/Icon.tsx';
import { formatInstant } from '../format/format.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { copyText } from './copyText.ts';
import { ShareSlip, type SlipFacts } from './ShareSlip.tsx';

/** A share that was just made: QR code, link, and the code that is shown this once. */
export function MadeShare({
  made,
  facts,
  onAnother,
  onClose,
}: {
  made: MadeShareBody;
  facts: SlipFacts;
  onAnother: () => void;
  onClose: () => void;
}) {
  const { made: words } = useOwnWords(shareWords);
  const [copied, setCopied] = useState(false);
  const link = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that made it is gone, and the focus with it.
    body.current?.focus();
  }, []);
  const tell = {
    code: words.codeTell,
    password: words.passwordTell,
    idDigits: words.idTell,
    oneTimeCode: words.oneTimeCodeTell,
    none: made.signIn === null ? words.noneTell : words.signInTell,
  }[made.factor];
  const isOpen = made.factor === 'none' && made.signIn === null;
  return (
    <div ref={body} tabIndex={-1} className="share-made" data-testid="share-made">
      <img className="share-qr" src={made.qrCodePng} alt={words.qr} data-testid="share-qr" />
      <div className="share-facts">
        <p className="quiet">
          {made.state === 'notYet' && `${words.from(formatInstant(made.notBefore))} · `}
          {words.until(formatInstant(made.expiresAt))}
          {made.maxUses !== null && ` · ${words.uses(made.maxUses)}`}
        </p>
        {made.code !== null && (
          <p className="share-code">
            <span className="field-label">{words.code}</span>
            <strong data-testid="share-code">{made.code}</strong>
          </p>
        )}
        <p className={isOpen ? 'share-warning' : 'share-tell'}>{tell}</p>
      </div>
      <div className="share-link">
        <input
          ref={link}
          readOnly
          value={made.link}
          aria-label={words.link}
          onFocus={({ target }) => target.select()}
          data-testid="share-link"
        />
        <button
          type="button"
          className="button"
          onClick={() =>
            void copyText(made.link).then((done) => {
              setCopied(done);
              // What cannot be copied for the reader is at least selected for them.
              if (!done) link.current?.focus();
            })
          }
        >
          <Icon name={copied ? 'check' : 'copy'} size={14} />
          {copied ? words.copied : words.copy}
        </button>
      </div>
      <div className="share-foot">
        <button type="button" className="text-button" onClick={onAnother}>
          {words.another}
        </button>
        <button type="button" className="button" onClick={() => print()} data-testid="share-print">
          <Icon name="print" size={14} />
          {words.print}
        </button>
        <button type="button" className="button button-primary" onClick={onClose} data-testid="share-done">
          {words.done}
        </button>
      </div>
      <ShareSlip made={made} facts={facts} />
    </div>
  );
}
