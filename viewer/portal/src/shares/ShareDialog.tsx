import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import type { MadeShareBody } from '@hutong/server/contract/shares';
import type { WorklistStudy } from '@hutong/server/contract';
import { sharesQuery } from '../api/shares.ts';
import { formatExam } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import '../styles/shares.css';
import { MadeShare } from './MadeShare.tsx';
import { ShareForm } from './ShareForm.tsx';
import { StudyShares } from './StudyShares.tsx';
import type { SlipFacts } from './ShareSlip.tsx';
import { WhatPart } from './WhatPart.tsx';

function slipFacts(study: WorklistStudy): SlipFacts {
  const names = (language: 'zh' | 'en'): string =>
    study.items
      .map((item) => item.name[language])
      .filter((name) => name !== '')
      .join(' · ');
  const fallback = study.description || study.modalities.join(' ');
  return {
    hospital: study.hospital.name,
    exam: { zh: names('zh') || fallback, en: names('en') || fallback },
    date: study.studyDate,
  };
}

/** Shares a study by link and QR code, and shows what was shared of it before. */
export default function ShareDialog({ study, onClose }: { study: WorklistStudy; onClose: () => void }) {
  const { t, pick } = useWords();
  const words = useOwnWords(shareWords);
  const client = useQueryClient();
  const copy = { hospital: study.hospital.code, study: study.studyInstanceUid };
  const shares = useQuery(sharesQuery(copy));
  const [tab, setTab] = useState<'make' | 'list'>('make');
  const [made, setMade] = useState<MadeShareBody | null>(null);
  const count = shares.data?.shares.filter(({ state }) => state === 'open').length ?? 0;
  const fresh = shares.data?.shares.reduce((sum, { newReplies }) => sum + newReplies, 0) ?? 0;
  return (
    <Modal
      open
      title={made === null ? words.title : words.made.title}
      onCancel={onClose}
      mask={{ closable: false }}
      width={560}
      centered
      footer={null}
      rootClassName="share-dialog"
    >
      <p className="share-of">
        <strong>{study.patient.name === '' ? t.unnamedPatient : study.patient.name}</strong>
        <span>{formatExam(study, pick, t).text}</span>
        <span className="quiet">{[pick(study.hospital.name), study.studyDate].join(' · ')}</span>
      </p>
      {made !== null ? (
        <MadeShare made={made} facts={slipFacts(study)} onAnother={() => setMade(null)} onClose={onClose} />
      ) : (
        <>
          <div role="tablist" className="share-tabs">
            {(['make', 'list'] as const).map((each) => (
              <button
                key={each}
                type="button"
                role="tab"
                aria-selected={tab === each}
                onClick={() => setTab(each)}
                data-testid={`share-tab-${each}`}
              >
                {words.tabs[each]}
                {each === 'list' && fresh > 0 && (
                  <span className="share-mark">{words.list.newReplies(fresh)}</span>
                )}
                {each === 'list' && count > 0 && <span className="badge">{count}</span>}
              </button>
            ))}
          </div>
          {tab === 'make' ? (
            <ShareForm
              hospital={copy.hospital}
              study={copy.study}
              birthDate={study.patient.birthDate}
              what={(draft, change) => <WhatPart study={study} draft={draft} change={change} />}
              onMade={(share) => {
                setMade(share);
                void client.invalidateQueries({ queryKey: ['shares'] });
              }}
            />
          ) : (
            <StudyShares copy={copy} />
          )}
        </>
      )}
    </Modal>
  );
}
