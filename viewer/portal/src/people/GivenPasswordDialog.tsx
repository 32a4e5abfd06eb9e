import { createPortal } from 'react-dom';
import { Modal } from 'antd';
import type { GivenPassword } from '@hutong/server/contract/accounts';
import { Icon } from '../app/Icon.tsx';
import { formatInstant } from '../format/format.ts';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { CopyValue } from './ShownOnce.tsx';

/** A password that was given, shown this once, with a slip to be printed. */
export function GivenPasswordDialog({ given, onClose }: { given: GivenPassword; onClose: () => void }) {
  const { shown: words } = useOwnWords(peopleWords);
  const { account, password } = given;
  return (
    <Modal
      open
      title={words.title}
      onCancel={onClose}
      mask={{ closable: false }}
      keyboard={false}
      width={480}
      centered
      rootClassName="action-dialog"
      footer={
        <>
          <button type="button" className="button" onClick={() => window.print()}>
            <Icon name="print" size={14} /> {words.print}
          </button>
          <button type="button" className="button button-primary" onClick={onClose} data-testid="given-done">
            {words.done}
          </button>
        </>
      }
    >
      <div className="shown-once" data-testid="given-password">
        <p>{words.text(account.displayName)}</p>
        <CopyValue name={words.username} value={account.username} />
        <CopyValue name={words.password} value={password} secret testId="password" />
      </div>
      <Slip given={given} />
    </Modal>
  );
}

/** The slip that is printed, in both languages. It is on paper alone. */
function Slip({ given: { account, password } }: { given: GivenPassword }) {
  const { slip } = useOwnWords(peopleWords).shown;
  return createPortal(
    <section className="people-slip" aria-hidden="true">
      <h1>互通 Hutong</h1>
      <h2>{account.displayName}</h2>
      <dl>
        <dt>{slip.address}</dt>
        <dd>{location.origin}</dd>
        <dt>{slip.username}</dt>
        <dd>{account.username}</dd>
        <dt>{slip.password}</dt>
        <dd className="people-slip-password">{password}</dd>
        <dt>{slip.made}</dt>
        <dd>{formatInstant(new Date().toISOString())}</dd>
      </dl>
      <p>{slip.lead}</p>
      <p>{slip.leadEn}</p>
    </section>,
    document.body,
  );
}
