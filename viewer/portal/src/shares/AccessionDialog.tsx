import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Input, Modal, Select } from 'antd';
import type { MadeShareBody } from '@hutong/server/contract/shares';
import { facetsQuery, sessionQuery } from '../api/queries.ts';
import { Field } from '../corrections/ActionDialog.tsx';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { mayIn } from '../session/rights.ts';
import { MadeShare } from './MadeShare.tsx';
import type { Change } from './Part.tsx';
import type { ShareDraft } from './shareDraft.ts';
import { ShareForm } from './ShareForm.tsx';
import '../styles/shares.css';

function Numbers({ draft, change }: { draft: ShareDraft; change: Change }) {
  const { accession: words } = useOwnWords(shareWords);
  return (
    <>
      <Field label={words.numbers}>
        <Input.TextArea
          value={draft.accessionNumbers}
          autoSize={{ minRows: 1, maxRows: 4 }}
          maxLength={1400}
          autoFocus
          onChange={({ target }) => change({ accessionNumbers: target.value })}
          data-testid="share-numbers"
        />
      </Field>
      <Field label={words.patientId}>
        <Input
          value={draft.patientId}
          maxLength={64}
          autoComplete="off"
          onChange={({ target }) => change({ patientId: target.value })}
          data-testid="share-patient-id"
        />
      </Field>
    </>
  );
}

/** Makes a share of accession numbers, before their images come: for the slip that the patient takes along. */
export function AccessionDialog({ onClose }: { onClose: () => void }) {
  const all = useOwnWords(shareWords);
  const words = all.accession;
  const { pick } = useWords();
  const client = useQueryClient();
  const session = useQuery(sessionQuery).data;
  const hospitals = (useQuery(facetsQuery).data?.hospitals ?? []).filter(({ code }) =>
    mayIn(session, 'share', code),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [made, setMade] = useState<MadeShareBody | null>(null);
  const hospital = chosen ?? (hospitals.length === 1 ? (hospitals[0]?.code ?? '') : '');
  const name = hospitals.find(({ code }) => code === hospital)?.name ?? { zh: '', en: '' };
  return (
    <Modal
      open
      title={made === null ? words.title : all.made.title}
      onCancel={onClose}
      mask={{ closable: false }}
      width={560}
      centered
      footer={null}
      rootClassName="share-dialog"
    >
      {made !== null ? (
        <MadeShare
          made={made}
          facts={{ hospital: name, exam: { zh: '', en: '' }, date: '' }}
          onAnother={() => setMade(null)}
          onClose={onClose}
        />
      ) : (
        <>
          <p className="quiet share-of">{words.lead}</p>
          <ShareForm
            hospital={hospital}
            study={null}
            birthDate=""
            what={(draft, change) => (
              <>
                {hospitals.length > 1 && (
                  <Field label={words.hospital}>
                    <Select
                      value={hospital === '' ? null : hospital}
                      aria-label={words.hospital}
                      onChange={(code: string) => setChosen(code)}
                      options={hospitals.map(({ code, name: each }) => ({ value: code, label: pick(each) }))}
                      data-testid="share-hospital"
                    />
                  </Field>
                )}
                <Numbers draft={draft} change={change} />
              </>
            )}
            onMade={(share) => {
              setMade(share);
              void client.invalidateQueries({ queryKey: ['shares'] });
            }}
          />
        </>
      )}
    </Modal>
  );
}
