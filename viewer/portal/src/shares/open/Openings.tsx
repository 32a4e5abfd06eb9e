import type { ShareContent } from '@hutong/server/contract/shares';
import { formatInstant } from '../../format/format.ts';
import { useOpenWords } from './words.ts';

/** Until when it can be seen, and who opened it. */
export function Openings({ content }: { content: ShareContent }) {
  const { t } = useOpenWords();
  const words = t.viewer;
  return (
    <section data-testid="share-openings-list">
      <h2>{words.openings}</h2>
      <p className="quiet">{words.openingsText}</p>
      <ol className="so-openings">
        {content.openings.map(({ at, address, device }, index) => (
          <li key={`${at} ${index}`}>
            <time dateTime={at}>{formatInstant(at)}</time> {t.devices[device]} <code>{address}</code>
          </li>
        ))}
      </ol>
      <p className="quiet">
        {words.until} {formatInstant(content.expiresAt)}
      </p>
    </section>
  );
}
