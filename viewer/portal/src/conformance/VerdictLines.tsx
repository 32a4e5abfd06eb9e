import type { JudgedItemBody, VerdictDecisionBody } from '@hutong/server/contract/conformance';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reviewWords, type ReviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { standing } from './decision.ts';
import { DecisionMark } from './DecisionMark.tsx';
import { VerdictText } from './Verdict.tsx';

/** Who decided: the name, and what kind of caller where the name alone could mislead. */
export function authorText({ kind, name }: VerdictDecisionBody['author'], words: ReviewWords): string {
  const what = words.history.author[kind];
  return what === '' || kind === 'trial' ? name : name === '' ? what : `${name} · ${what}`;
}

function Decision({ decision }: { decision: VerdictDecisionBody }) {
  const { t } = useWords();
  const words = useOwnWords(reviewWords);
  if (decision.verdict === null) return null;
  return (
    <div
      className={decision.stale ? 'decision-card decision-card-stale' : 'decision-card'}
      data-testid="decision-card"
    >
      <div className="decision-card-head">
        <span className="decision-card-name">{words.verdict.person}</span>
        <VerdictText verdict={decision.verdict} />
        {decision.stale && <DecisionMark state="stale" />}
        <time dateTime={decision.at}>{formatInstant(decision.at)}</time>
      </div>
      <q>{decision.reason}</q>
      <p className="decision-card-who">
        {authorText(decision.author, words)} · {words.verdict.machineSaid(t.verdict[decision.machineVerdict])}
      </p>
      {decision.stale && <p className="decision-card-stale-text">{words.verdict.staleText}</p>}
    </div>
  );
}

/** The verdict that holds, the machine's beside it, and who decided and why. */
export function VerdictLines({ item, met }: { item: JudgedItemBody; met: string }) {
  const { t, pick } = useWords();
  const words = useOwnWords(reviewWords);
  const state = standing(item.decision);
  return (
    <>
      <div className="item-verdict" data-testid="effective-verdict" data-verdict={item.effectiveVerdict}>
        <VerdictText verdict={item.effectiveVerdict} />
        <DecisionMark state={state} />
        <span className="item-met">{met}</span>
      </div>
      {item.decision !== null && <Decision decision={item.decision} />}
      <p className="item-summary">
        {state === 'holds' && (
          <span className="item-machine" data-testid="machine-verdict">
            {words.verdict.machine}
            <VerdictText verdict={item.verdict} />
          </span>
        )}
        {pick(item.summary) || t.verdictWhy[item.verdict]}
      </p>
    </>
  );
}
