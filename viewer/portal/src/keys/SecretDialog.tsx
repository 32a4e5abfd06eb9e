import { Modal } from 'antd';
import type { NewSecretBody } from '@hutong/server/contract/keys';
import { formatInstant } from '../format/format.ts';
import { keyWords } from '../i18n/keys.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { CopyValue } from '../people/ShownOnce.tsx';

/** A line for a terminal that shows whether a key works; it takes the secret from the environment, not from itself. */
function testLine(
  { scopes }: NewSecretBody['key'],
  root: string,
): { kind: 'store' | 'read' | 'metrics'; line: string } {
  const auth = '-H "Authorization: Bearer $HUTONG_KEY"';
  if (scopes.includes('store'))
    return {
      kind: 'store',
      line: `curl ${auth} -H "Content-Type: application/dicom" --data-binary @image.dcm ${root}/studies`,
    };
  if (scopes.includes('read')) return { kind: 'read', line: `curl ${auth} "${root}/studies?limit=1"` };
  return { kind: 'metrics', line: `curl ${auth} ${new URL('/metrics', root).href}` };
}

/** A secret that was just made, shown this once, with what to enter in the device. */
export function SecretDialog({
  made: { key, secret },
  root,
  rotated,
  onClose,
}: {
  made: NewSecretBody;
  /** DICOMweb root of the installation. */
  root: string;
  rotated: boolean;
  onClose: () => void;
}) {
  const { shown: words } = useOwnWords(keyWords);
  const test = testLine(key, root);
  const lead = !rotated
    ? words.text
    : key.previous === null
      ? words.rotatedNow
      : words.rotatedText(formatInstant(key.previous.validUntil));
  return (
    <Modal
      open
      title={rotated ? words.rotatedTitle : words.title}
      onCancel={onClose}
      mask={{ closable: false }}
      keyboard={false}
      width={620}
      centered
      rootClassName="action-dialog"
      footer={
        <button type="button" className="button button-primary" onClick={onClose} data-testid="secret-done">
          {words.done}
        </button>
      }
    >
      <div className="shown-once" data-testid="secret-shown">
        <p>{lead}</p>
        <CopyValue name={words.secret} value={secret} secret testId="secret" />
        <h3>{words.how}</h3>
        {key.scopes.includes('store') && <CopyValue name={words.url} value={`${root}/studies`} />}
        <CopyValue name={words.header} value={`Authorization: Bearer ${secret}`} />
        <p className="quiet">{words.basic}</p>
        <CopyValue
          name={{ store: words.test, read: words.testRead, metrics: words.testMetrics }[test.kind]}
          value={`export HUTONG_KEY='${secret}'\n${test.line}`}
        />
      </div>
    </Modal>
  );
}
