import type { ExportPreview } from '@hutong/server/contract/privacy';
import { exportWords } from '../i18n/exports.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** The attributes of one study that change, before and after. */
export function ExportExample({ rows }: { rows: NonNullable<ExportPreview['example']> }) {
  const words = useOwnWords(exportWords);
  return (
    <div className="export-example" tabIndex={0} role="region" aria-label={words.example}>
      <table>
        <caption>
          {words.example} <span className="quiet">{words.exampleNote}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.attribute}</th>
            <th scope="col">{words.before}</th>
            <th scope="col">{words.after}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ tag, keyword, before, after }) => (
            <tr key={tag}>
              <th scope="row">{keyword}</th>
              <td>{before === '' ? <span className="quiet">{words.empty}</span> : before}</td>
              <td>
                {after === null ? (
                  <span className="privacy-fail">{words.removed}</span>
                ) : after === '' ? (
                  <span className="quiet">{words.empty}</span>
                ) : (
                  after
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
