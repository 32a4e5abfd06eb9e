import type { RequirementResult, SeriesFacts } from '@hutong/conformance';
import type { JudgedItemBody } from '@hutong/server/contract/conformance';
import React, { useId, useState, type ReactNode } from 'react';
import {
  decisionStanding,
  inReadingOrder,
  levelText,
  markWithin,
  tally,
  verdictMark,
} from '../conformance/present.ts';
import { sourceText } from '../../../words/sourceNames.ts';
import { language, say } from '../language.ts';
import { instantText } from '../person.ts';
import type { Viewer } from '../viewer.ts';
import words from '../words.ts';
import { EvidenceList } from './EvidenceList.tsx';
import { MarkChip, MarkGlyph } from './Marks.tsx';

interface ItemProps {
  viewer: Viewer;
  item: JudgedItemBody;
  series: readonly SeriesFacts[];
  settled: boolean;
  /** The way to decide on it. */
  children?: ReactNode;
}

/** One catalogue item: its verdict, why, and every requirement with its state and evidence. */
export function ItemCard({ viewer, item, series, settled, children }: ItemProps): React.JSX.Element {
  const headingId = useId();
  const { met, demanded } = tally(item);
  return (
    <section
      className="ht-item"
      aria-labelledby={headingId}
      data-cy="hutong-item"
      data-code={item.itemCode}
      data-verdict={item.effectiveVerdict}
      data-machine-verdict={item.verdict}
    >
      <header className="ht-item-head">
        <h3 id={headingId}>
          {say(item.itemName)}
          <span className="ht-item-code">{item.itemCode}</span>
        </h3>
        <MarkChip mark={verdictMark(item.effectiveVerdict)} title={say(item.summary)} />
      </header>
      <Decision item={item} />
      <p className="ht-item-summary">
        {decisionStanding(item) === 'holds' && (
          <span className="ht-machine" data-cy="hutong-machine-verdict">
            {say(words.machine)} {say(verdictMark(item.verdict).text)} ·{' '}
          </span>
        )}
        {say(item.summary)}
      </p>
      {children}
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
            series={series}
            requirement={requirement}
            settled={settled}
          />
        ))}
      </ul>
      <IdentifiedBy item={item} />
    </section>
  );
}

/** Who decided and why, beside the machine's verdict. */
function Decision({ item }: { item: JudgedItemBody }): React.JSX.Element | null {
  const { decision } = item;
  if (decision?.verdict == null) return null;
  return (
    <div className="ht-decision" data-cy="hutong-decision" data-stale={decision.stale}>
      <p className="ht-decision-head">
        <strong>
          {say(words.person)} {say(verdictMark(decision.verdict).text)}
        </strong>
        {decision.stale && <span className="ht-stale">{say(words.staleMark)}</span>}
        <time dateTime={decision.at}>{instantText(decision.at)}</time>
      </p>
      <q>{decision.reason}</q>
      <p className="ht-decision-who">
        {decision.author.name} · {say(words.machineSaid)} {say(verdictMark(decision.machineVerdict).text)}
      </p>
      {decision.stale && <p className="ht-stale-detail">{say(words.staleDetail)}</p>}
    </div>
  );
}

interface RequirementProps extends ItemProps {
  requirement: RequirementResult;
}

function RequirementRow({ viewer, item, series, requirement, settled }: RequirementProps): React.JSX.Element {
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
        {requirement.evidence.length > 0 && (
          <EvidenceList viewer={viewer} evidence={requirement.evidence} series={series} />
        )}
      </div>
    </li>
  );
}

/** How the item was chosen, folded away: asked for only when the choice looks wrong. */
function IdentifiedBy({ item }: { item: JudgedItemBody }): React.JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (item.identifiedBy.length === 0) return null;
  return (
    <details className="ht-why" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say(words.why)}</summary>
      <ul>
        {item.identifiedBy.map((because, index) => (
          <li key={index}>
            <code title={because.source}>{sourceText(because.source, language())}</code> {say(because.text)}
          </li>
        ))}
      </ul>
    </details>
  );
}
