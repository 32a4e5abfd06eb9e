import { useQuery } from '@tanstack/react-query';
import type { ShareDetail, ShareReply } from '@hutong/server/contract/shares';
import { replyHref, shareQuery } from '../api/shares.ts';
import { formatInstant } from '../format/format.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { RenewFactor } from './RenewFactor.tsx';

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

function Replies({ share, replies }: { share: string; replies: readonly ShareReply[] }) {
  const { list: words } = useOwnWords(shareWords);
  if (replies.length === 0) return null;
  return (
    <section>
      <h4>{words.repliesTitle}</h4>
      <ol className="share-replies" data-testid="share-replies">
        {replies.map((reply) => (
          <li key={reply.id}>
            <a href={replyHref(share, reply.id)} download={reply.name}>
              {reply.name}
            </a>{' '}
            <span className="quiet">
              {[
                sizeOf(reply.size),
                formatInstant(reply.at),
                reply.from === '' ? '' : words.replyFrom(reply.from),
              ]
                .filter((part) => part !== '')
                .join(' · ')}
            </span>
            {reply.note !== '' && <p className="share-note">{reply.note}</p>}
          </li>
        ))}
      </ol>
      <p className="field-hint">{words.replySafe}</p>
    </section>
  );
}

function Openings({ openings }: Pick<ShareDetail, 'openings'>) {
  const { list: words } = useOwnWords(shareWords);
  if (openings.length === 0) return <p className="quiet">{words.never}</p>;
  return (
    <section>
      <h4>{words.openedTitle}</h4>
      <ol className="share-openings">
        {openings.map(({ at, address, device, by }, index) => (
          <li key={`${at} ${index}`}>
            {formatInstant(at)} · {words.devices[device]} · <code>{address}</code>
            {by !== '' && ` · ${by}`}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Attempts({ attempts }: Pick<ShareDetail, 'attempts'>) {
  const { list: words } = useOwnWords(shareWords);
  if (attempts.length === 0) return null;
  return (
    <section>
      <h4>{words.attemptsTitle}</h4>
      <ol className="share-openings" data-testid="share-attempts">
        {attempts.map(({ at, address }, index) => (
          <li key={`${at} ${index}`}>
            {formatInstant(at)} · <code>{address}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What happened with a share: who opened it, who could not, what came back; and another code for it. */
export function ShareRecord({ id }: { id: string }) {
  const { list: words } = useOwnWords(shareWords);
  const detail = useQuery(shareQuery(id));
  if (detail.isError) return <p className="field-fault">{words.failed}</p>;
  if (detail.data === undefined) return null;
  const share = detail.data;
  const isOver = share.state === 'revoked' || share.state === 'expired';
  return (
    <div className="share-record" data-testid="share-record">
      <Replies share={id} replies={share.replies} />
      <Openings openings={share.openings} />
      <Attempts attempts={share.attempts} />
      {!isOver && <RenewFactor share={share} />}
    </div>
  );
}
