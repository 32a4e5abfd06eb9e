import { useId, useState } from 'react';
import type { ShareContent } from '@hutong/server/contract/shares';
import { Icon } from '../../app/Icon.tsx';
import { formatInstant } from '../../format/format.ts';
import { sizeText } from './device.ts';
import { mediaTypeOf, MOST_REPLY_BYTES, REPLY_ACCEPT, sendReply } from './sendReply.ts';
import { useOpenWords } from './words.ts';

type Sending =
  | { kind: 'none' }
  | { kind: 'running'; percent: number }
  | { kind: 'sent'; name: string }
  | { kind: 'failed'; said: string };

/** Sends a file back: a report, a photo of one, or images. */
export function Replies({ alias, content }: { alias: string; content: ShareContent }) {
  const { t, pick } = useOpenWords();
  const words = t.reply;
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [from, setFrom] = useState('');
  const [note, setNote] = useState('');
  const [sending, setSending] = useState<Sending>({ kind: 'none' });
  const unfit =
    file === null
      ? null
      : file.size > MOST_REPLY_BYTES
        ? words.tooLarge
        : mediaTypeOf(file) === null
          ? words.wrongKind
          : null;
  const submit = async (): Promise<void> => {
    if (file === null || unfit !== null) return;
    setSending({ kind: 'running', percent: 0 });
    const outcome = await sendReply(alias, file, { from, note }, (percent) =>
      setSending({ kind: 'running', percent }),
    );
    if (outcome.kind === 'sent') {
      setFile(null);
      setNote('');
      setSending({ kind: 'sent', name: outcome.reply.name });
    } else setSending({ kind: 'failed', said: outcome.said === null ? words.failed : pick(outcome.said) });
  };
  const isRunning = sending.kind === 'running';
  return (
    <section className="so-reply" data-testid="share-reply">
      <h2>{words.title}</h2>
      <p className="quiet">{words.text}</p>
      {sending.kind === 'sent' ? (
        <>
          <p className="so-sent" role="status" data-testid="reply-sent">
            <Icon name="check" /> {words.sent(sending.name)}
          </p>
          <button type="button" className="button so-wide" onClick={() => setSending({ kind: 'none' })}>
            {words.another}
          </button>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <label className="button so-wide so-file">
            {file === null ? words.pick : `${file.name} · ${sizeText(file.size)}`}
            <input
              type="file"
              accept={REPLY_ACCEPT}
              disabled={isRunning}
              onChange={({ target }) => {
                setFile(target.files?.[0] ?? null);
                setSending({ kind: 'none' });
                // The same file can be chosen again.
                target.value = '';
              }}
              data-testid="reply-file"
            />
          </label>
          {file !== null && (
            <>
              <input
                id={`${id}-from`}
                className="so-text"
                aria-label={words.from}
                placeholder={words.from}
                maxLength={80}
                value={from}
                onChange={({ target }) => setFrom(target.value)}
              />
              <input
                id={`${id}-note`}
                className="so-text"
                aria-label={words.note}
                placeholder={words.note}
                maxLength={400}
                value={note}
                onChange={({ target }) => setNote(target.value)}
              />
              {unfit !== null && (
                <p className="so-wrong" role="alert">
                  {unfit}
                </p>
              )}
              <button
                type="submit"
                className="button button-primary so-wide"
                disabled={isRunning || unfit !== null}
                data-testid="reply-send"
              >
                {isRunning ? words.sending(sending.percent) : words.send}
              </button>
            </>
          )}
          {sending.kind === 'failed' && (
            <p className="so-wrong" role="alert" data-testid="reply-failed">
              {sending.said}
            </p>
          )}
        </form>
      )}
      {content.replies.length > 0 && (
        <>
          <h3>{words.list}</h3>
          <ul className="so-openings">
            {content.replies.map((reply) => (
              <li key={reply.id}>
                {formatInstant(reply.at)} {reply.name} <code>{sizeText(reply.size)}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
