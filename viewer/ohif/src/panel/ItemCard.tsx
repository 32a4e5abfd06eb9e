import type { ItemResult, RequirementResult } from '@hutong/conformance';
import React, { useId, useState } from 'react';
import { inReadingOrder, levelText, markWithin, tally, verdictMark } from '../conformance/present.ts';
import { say } from '../language.ts';
import type { Viewer } from '../viewer.ts';
import words from '../words.ts';
import { EvidenceList } from './EvidenceList.tsx';
import { MarkChip, MarkGlyph } from './Marks.tsx';

interface ItemProps {
  viewer: Viewer;
  item: ItemResult;
  settled: boolean;
}

/** One catalogue item: its verdict, why, and every requirement with its state and evidence. */
export function ItemCard({ viewer, item, settled }: ItemProps): React.JSX.Element {
  const headingId = useId();
  const { met, demanded } = tally(item);
  return (
    <section
      className="ht-item"
      aria-labelledby={headingId}
      data-cy="hutong-item"
      data-code={item.itemCode}
      data-verdict={item.verdict}
    >
      <header className="ht-item-head">
        <h3 id={headingId}>
          {say(item.itemName)}
          <span className="ht-item-code">{item.itemCode}</span>
        </h3>
        <MarkChip mark={verdictMark(item.verdict)} title={say(item.summary)} />
      </header>
      <p className="ht-item-summary">{say(item.summary)}</p>
      {demanded > 0 && (
        <div className="ht-tally">
          <span className="ht-tally-bar" aria-hidden="true">
            <span style={{ width: `${(met / demanded) * 100}%` }} />
          </span>
          <span className="ht-tally-text">
            {met}/{demanded} {say(words.satisfiedOf)}
          </span>
        </div>
      )}
      <ul className="ht-requirements" aria-label={say(words.requirements)}>
        {inReadingOrder(item, settled).map((requirement) => (
          <RequirementRow
            key={requirement.id}
            viewer={viewer}
            item={item}
            requirement={requirement}
            settled={settled}
          />
        ))}
      </ul>
      <IdentifiedBy item={item} />
    </section>
  );
}

interface RequirementProps extends ItemProps {
  requirement: RequirementResult;
}

function RequirementRow({ viewer, item, requirement, settled }: RequirementProps): React.JSX.Element {
  const mark = markWithin(item, requirement, settled);
  return (
    <li
      className="ht-requirement"
      data-cy="hutong-requirement"
      data-status={requirement.status}
      data-level={requirement.level}
      data-id={requirement.id}
    >
      <MarkGlyph mark={mark} />
      <div className="ht-requirement-body">
        <div className="ht-requirement-label">
          <span>{say(requirement.label)}</span>
          {requirement.level !== 'must' && (
            <span className="ht-level">{say(levelText(requirement.level))}</span>
          )}
        </div>
        <p className="ht-requirement-reason">{say(requirement.reason)}</p>
        {requirement.evidence.length > 0 && <EvidenceList viewer={viewer} evidence={requirement.evidence} />}
      </div>
    </li>
  );
}

/** How the item was chosen, folded away: asked for only when the choice looks wrong. */
function IdentifiedBy({ item }: { item: ItemResult }): React.JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (item.identifiedBy.length === 0) return null;
  return (
    <details className="ht-why" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say(words.why)}</summary>
      <ul>
        {item.identifiedBy.map((because, index) => (
          <li key={index}>
            <code>{because.source}</code> {say(because.text)}
          </li>
        ))}
        <li>
          {say(words.catalogue)} {item.catalogue.id} {item.catalogue.version}
        </li>
      </ul>
    </details>
  );
}
