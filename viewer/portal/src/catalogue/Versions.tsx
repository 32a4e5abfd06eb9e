import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { CatalogueVersionBody } from '@hutong/server/contract/conformance';
import { documentHref, isRunning, reevaluationsQuery, versionsQuery } from '../api/catalogues.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatDay, formatInstant } from '../format/format.ts';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { ImportPanel } from './ImportPanel.tsx';
import { ReevaluationProgress } from './Reevaluations.tsx';
import { StateDialog } from './StateDialogs.tsx';
import { compareWith, inReadingOrder, isAhead, refText } from './versions.ts';

type Change = { version: CatalogueVersionBody; state: 'inForce' | 'withdrawn' };

function State({ version }: { version: CatalogueVersionBody }) {
  const words = useOwnWords(catalogueWords);
  const ahead = isAhead(version, formatDay(new Date()));
  return (
    <span className={`version-state version-${version.state}`} title={words.stateHint[version.state]}>
      {words.state[version.state]}
      {ahead && <span className="version-ahead">{words.future}</span>}
    </span>
  );
}

function VersionRow({
  version,
  versions,
  admin,
  onChange,
}: {
  version: CatalogueVersionBody;
  versions: readonly CatalogueVersionBody[];
  admin: boolean;
  onChange: (change: Change) => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(catalogueWords);
  const { effectiveFrom, effectiveUntil } = version;
  const other = compareWith(version, versions);
  const address = (name: string, ref: string): string => new URLSearchParams({ [name]: ref }).toString();
  return (
    <tr data-testid="catalogue-version" data-version={refText(version)} data-state={version.state}>
      <td className="version-name">
        <strong>{pick(version.title)}</strong>
        <code>
          {version.id} {version.version}
        </code>
      </td>
      <td data-label={words.columns.region}>{pick(version.region.name)}</td>
      <td data-label={words.columns.state}>
        <State version={version} />
      </td>
      <td data-label={words.columns.effective} className="version-dates">
        {effectiveUntil === null ? words.from(effectiveFrom) : words.fromTo(effectiveFrom, effectiveUntil)}
      </td>
      <td data-label={words.columns.items} className="version-number">
        {words.items(version.items)}
      </td>
      <td data-label={words.columns.studies} className="version-number">
        {words.studies(formatCount(version.studies))}
      </td>
      <td data-label={words.columns.imported} className="version-imported">
        <span>{version.importedBy}</span>
        <time dateTime={version.importedAt}>{formatInstant(version.importedAt).slice(0, 10)}</time>
      </td>
      <td className="version-actions">
        <Link className="text-button" to={`/catalogue/version?${address('of', refText(version))}`}>
          {words.view}
        </Link>
        {other !== null && (
          <Link
            className="text-button"
            to={`/catalogue/difference?${address('from', refText(other))}&${address('to', refText(version))}`}
            data-testid="compare"
          >
            {words.compare}
          </Link>
        )}
        <a className="text-button" href={documentHref(version)} download>
          {words.export}
        </a>
        {admin && version.state !== 'inForce' && (
          <button
            type="button"
            className="text-button"
            onClick={() => onChange({ version, state: 'inForce' })}
            data-testid="put-in-force"
          >
            {words.putInForce}
          </button>
        )}
        {admin && version.state === 'inForce' && (
          <button
            type="button"
            className="text-button text-danger"
            onClick={() => onChange({ version, state: 'withdrawn' })}
            data-testid="withdraw"
          >
            {words.withdraw}
          </button>
        )}
      </td>
    </tr>
  );
}

/** Every version of every region's list: what judges, what is prepared, what was; administrators import and change. */
export function Versions({ admin }: { admin: boolean }) {
  const words = useOwnWords(catalogueWords);
  const versions = useQuery(versionsQuery);
  const running = useQuery({ ...reevaluationsQuery, enabled: admin }).data?.filter(isRunning) ?? [];
  const [change, setChange] = useState<Change | null>(null);
  const known = versions.data ?? [];
  const { columns } = words;
  const inForceOf = (of: CatalogueVersionBody): CatalogueVersionBody[] =>
    known.filter(({ state, region }) => state === 'inForce' && region.code === of.region.code);
  return (
    <div className="versions-page" data-testid="catalogue-versions">
      <p className="pending-lead">{words.lead}</p>
      {running.length > 0 && (
        <ul className="reevaluations">
          {running.map((work) => (
            <ReevaluationProgress key={work.id} work={work} />
          ))}
        </ul>
      )}
      {admin && <ImportPanel />}
      {versions.isPending && <DetailSkeleton />}
      {versions.isError && (
        <ErrorNotice error={versions.error} title={words.error} onRetry={() => void versions.refetch()} />
      )}
      {versions.isSuccess && known.length === 0 && (
        <div className="notice">
          <h1>{words.empty.title}</h1>
          <p>{words.empty.text}</p>
        </div>
      )}
      {known.length > 0 && (
        <table className="version-table">
          <thead>
            <tr>
              <th>{columns.list}</th>
              <th>{columns.region}</th>
              <th>{columns.state}</th>
              <th>{columns.effective}</th>
              <th className="version-number">{columns.items}</th>
              <th className="version-number">{columns.studies}</th>
              <th>{columns.imported}</th>
              <th aria-label={columns.actions} />
            </tr>
          </thead>
          <tbody>
            {inReadingOrder(known).map((version) => (
              <VersionRow
                key={refText(version)}
                version={version}
                versions={known}
                admin={admin}
                onChange={setChange}
              />
            ))}
          </tbody>
        </table>
      )}
      {change !== null && (
        <StateDialog
          key={refText(change.version)}
          {...change}
          affected={
            change.state === 'withdrawn'
              ? change.version.studies
              : inForceOf(change.version).reduce((sum, { studies }) => sum + studies, 0)
          }
          onClose={() => setChange(null)}
        />
      )}
    </div>
  );
}
