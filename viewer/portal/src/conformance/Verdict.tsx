import { Tooltip } from 'antd';
import type { RequirementStatus } from '@hutong/conformance';
import type { WorklistStudy } from '@hutong/server/contract';
import { useWords } from '../i18n/language.ts';
import { useMedia } from '../app/useMedia.ts';
import type { WorklistVerdict } from '../worklist/filters.ts';
import { verdictOf, verdictReasons } from '../worklist/study.ts';
import { DecisionMark } from './DecisionMark.tsx';
import { rowStanding } from './decision.ts';

const SHAPES: Record<WorklistVerdict, { frame: string; sign: string }> = {
  PASS: { frame: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z', sign: 'm5.2 8.2 2 2 3.6-4.1' },
  FAIL: {
    frame:
      'M3.5 1.8h9a1.7 1.7 0 0 1 1.7 1.7v9a1.7 1.7 0 0 1-1.7 1.7h-9a1.7 1.7 0 0 1-1.7-1.7v-9a1.7 1.7 0 0 1 1.7-1.7Z',
    sign: 'M8 4.6v4.2M8 11.2v.1',
  },
  REVIEW: {
    frame: 'm8 .9 7.1 7.1L8 15.1.9 8Z',
    sign: 'M6.3 6.6c0-2 3.4-2 3.4-.1C9.7 7.9 8 7.8 8 9.2M8 11.2v.1',
  },
  PENDING: { frame: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z', sign: 'M5 8v.1M8 8v.1M11 8v.1' },
  NOT_LISTED: { frame: '', sign: 'M4.5 8h7' },
};

const OF_STATUS: Record<RequirementStatus, WorklistVerdict> = {
  SATISFIED: 'PASS',
  NOT_SATISFIED: 'FAIL',
  UNDECIDED: 'REVIEW',
};

/** A verdict's shape: circle, square, diamond, dotted circle, dash; it can be told apart without its colour. */
export function VerdictShape({ verdict, size = 16 }: { verdict: WorklistVerdict; size?: number }) {
  const { frame, sign } = SHAPES[verdict];
  return (
    <svg
      className={`verdict-shape verdict-${verdict}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {frame !== '' && <path className="verdict-frame" d={frame} />}
      <path className="verdict-sign" d={sign} />
    </svg>
  );
}

/** The same shapes for one requirement. */
export function StatusShape({ status, size = 16 }: { status: RequirementStatus; size?: number }) {
  return <VerdictShape verdict={OF_STATUS[status]} size={size} />;
}

/** Shape and word of a verdict. */
export function VerdictText({ verdict }: { verdict: WorklistVerdict }) {
  const { t } = useWords();
  return (
    <span className={`verdict verdict-${verdict}`}>
      <VerdictShape verdict={verdict} />
      <span>{t.verdict[verdict]}</span>
    </span>
  );
}

/** A row's verdict: hover says why in one sentence, a click shows the evidence. */
export function VerdictButton({ study, onDetails }: { study: WorklistStudy; onDetails: () => void }) {
  const words = useWords();
  // A finger has no hover: its tap opens the details, which say the same first.
  const hovers = useMedia('(hover: hover)');
  const verdict = verdictOf(study);
  const reasons = verdictReasons(study, words);
  const standing = rowStanding(study.items);
  const { decided } = words.t;
  const said = { none: '', holds: `（${decided.hint}）`, stale: `（${decided.stale}）` }[standing];
  const why = (
    <div className="why" data-testid="verdict-why">
      {reasons.map(({ heading, text }, at) => (
        <p key={at}>
          {heading !== '' && <strong>{heading} </strong>}
          {text}
        </p>
      ))}
      {standing !== 'none' && (
        <p className="why-decided">{standing === 'stale' ? decided.staleHint : decided.hint}</p>
      )}
      <p className="why-more">{words.t.moreWhy}</p>
    </div>
  );
  return (
    <Tooltip
      title={hovers ? why : null}
      placement="bottom"
      mouseEnterDelay={0.15}
      destroyOnHidden
      // The pointer passes through to the rows below: it only reads here.
      styles={{ root: { maxWidth: 360, pointerEvents: 'none' } }}
    >
      <button
        type="button"
        tabIndex={-1}
        className="verdict-button"
        data-testid="verdict"
        data-verdict={verdict}
        data-standing={standing}
        aria-label={`${words.t.verdict[verdict]}${said}：${reasons.map((each) => each.text).join(' ')}`}
        onClick={(event) => {
          event.stopPropagation();
          onDetails();
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <VerdictText verdict={verdict} />
        <DecisionMark state={standing} compact />
      </button>
    </Tooltip>
  );
}
