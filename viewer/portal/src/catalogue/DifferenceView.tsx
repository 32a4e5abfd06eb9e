import type { Bilingual, RequirementLevel } from '@hutong/conformance';
import type { CatalogueDifference } from '@hutong/server/contract/conformance';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

type ChangedItem = CatalogueDifference['changed'][number];
type Requirement = ChangedItem['requirements'][number];

function Side({ side, kind }: { side: { level: RequirementLevel; label: Bilingual } | null; kind: string }) {
  const { t, pick } = useWords();
  const words = useOwnWords(catalogueWords).difference;
  if (side === null) return <span className="difference-absent">{words.absent}</span>;
  return (
    <span className={`difference-side difference-${kind}`}>
      <span>{pick(side.label)}</span>
      <span className="level" title={t.levelLong[side.level]}>
        {t.level[side.level]}
      </span>
    </span>
  );
}

function RequirementRow({ requirement }: { requirement: Requirement }) {
  const { pick } = useWords();
  const words = useOwnWords(catalogueWords).difference;
  const { kind, before, after } = requirement;
  const text = pick(requirement.text);
  return (
    <tr data-testid="difference-requirement" data-kind={kind}>
      <td data-label={words.before}>
        <Side side={before} kind={kind === 'removed' ? 'gone' : 'old'} />
      </td>
      <td data-label={words.after}>
        <Side side={after} kind={kind === 'added' ? 'new' : 'now'} />
        {text !== '' && <p className="difference-text">{text}</p>}
      </td>
      <td className="difference-kind">
        <span className={`difference-mark difference-mark-${kind}`}>{words.requirement[kind]}</span>
      </td>
    </tr>
  );
}

function Changed({ item }: { item: ChangedItem }) {
  const { pick } = useWords();
  const words = useOwnWords(catalogueWords).difference;
  return (
    <article className="difference-item" data-testid="difference-item" data-code={item.code}>
      <h4>
        {pick(item.name)} <span className="item-code">{item.code}</span>
      </h4>
      {item.requirements.length > 0 && (
        <table className="difference-table">
          <thead>
            <tr>
              <th>{words.before}</th>
              <th>{words.after}</th>
              <th aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {item.requirements.map((requirement) => (
              <RequirementRow key={`${requirement.id}-${requirement.kind}`} requirement={requirement} />
            ))}
          </tbody>
        </table>
      )}
      {item.other.length > 0 && (
        <ul className="difference-other" aria-label={words.other}>
          {item.other.map((each, at) => (
            <li key={at}>{pick(each)}</li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Names({ title, items, kind }: { title: string; items: CatalogueDifference['added']; kind: string }) {
  const { pick } = useWords();
  const words = useOwnWords(catalogueWords).difference;
  if (items.length === 0) return null;
  return (
    <section className="difference-section">
      <h3>
        <span className={`difference-mark difference-mark-${kind}`}>{title}</span>
        <span className="quiet">{words.count(items.length)}</span>
      </h3>
      <ul className="difference-names">
        {items.map((item) => (
          <li key={item.code} className={`difference-${kind === 'added' ? 'new' : 'gone'}`}>
            <span className="item-code">{item.code}</span>
            <span>{pick(item.name)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** In what a version differs, for readers who never saw its file: what came, what went, what changed, side by side. */
export function DifferenceView({ difference }: { difference: CatalogueDifference }) {
  const words = useOwnWords(catalogueWords).difference;
  const { added, removed, changed } = difference;
  if (added.length + removed.length + changed.length === 0) {
    return (
      <p className="difference-same" data-testid="difference">
        {words.same}
      </p>
    );
  }
  return (
    <div className="difference" data-testid="difference">
      <Names title={words.added} items={added} kind="added" />
      <Names title={words.removed} items={removed} kind="removed" />
      {changed.length > 0 && (
        <section className="difference-section">
          <h3>
            <span className="difference-mark difference-mark-changed">{words.changed}</span>
            <span className="quiet">{words.count(changed.length)}</span>
          </h3>
          {changed.map((item) => (
            <Changed key={item.code} item={item} />
          ))}
        </section>
      )}
      <p className="quiet">{words.unchangedItems}</p>
    </div>
  );
}
