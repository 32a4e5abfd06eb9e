import { useDeferredValue, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { correctPatient, type Copy, type GivenReason } from '../api/corrections.ts';
import type { CopyFacts } from '../api/copy.ts';
import { getWorklist } from '../api/queries.ts';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ActionDialog, Field } from './ActionDialog.tsx';
import { Choice } from './Choice.tsx';
import { correctionRequest, draftOf, type CorrectionKind, type Draft } from './correctionDraft.ts';
import { isGiven, ReasonFields } from './ReasonFields.tsx';

const SEXES: readonly CopyFacts['sex'][] = ['M', 'F', 'O', ''];

/** The patient of a hospital with exactly this PatientID, by its newest study; null when there is none. */
function useTarget(hospital: string, patientId: string) {
  const id = useDeferredValue(patientId.trim());
  return useQuery({
    queryKey: ['patient', hospital, id],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ q: id, hospital });
      const page = await getWorklist(query, { limit: 200, cursor: null }, signal);
      const studies = page.studies.filter(({ patient }) => patient.id === id);
      return studies[0] === undefined ? null : { patient: studies[0].patient, studies: studies.length };
    },
    enabled: id !== '',
    staleTime: 30_000,
  });
}

function MergeTarget({ hospital, patientId }: { hospital: string; patientId: string }) {
  const { t } = useWords();
  const words = t.corrections.correct;
  const target = useTarget(hospital, patientId);
  if (patientId.trim() === '') return null;
  if (target.isPending) return <p className="merge-target quiet">{words.looking}</p>;
  if (target.data === undefined || target.data === null) {
    return <p className="merge-target merge-none">{words.noTarget}</p>;
  }
  const { patient, studies } = target.data;
  const facts = [
    patient.name === '' ? t.unnamedPatient : patient.name,
    t.sex[patient.sex],
    patient.birthDate,
    words.targetStudies(formatCount(studies)),
  ];
  return (
    <p className="merge-target" data-testid="merge-target">
      <span className="quiet">{words.target}</span> {facts.filter((fact) => fact !== '').join(' · ')}
    </p>
  );
}

interface PartProps {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}

function PatientFields({ draft, onChange }: PartProps) {
  const { t } = useWords();
  const words = t.corrections.correct;
  return (
    <div className="field-pair">
      <Field label={words.ideographic} hint={words.ideographicHint}>
        <Input
          value={draft.ideographic}
          onChange={(event) => onChange({ ideographic: event.target.value })}
          data-testid="correct-ideographic"
        />
      </Field>
      <Field label={words.alphabetic} hint={words.alphabeticHint}>
        <Input value={draft.alphabetic} onChange={(event) => onChange({ alphabetic: event.target.value })} />
      </Field>
      <Field label={words.birthDate} hint={words.birthDateHint}>
        <Input
          value={draft.birthDate}
          inputMode="numeric"
          onChange={(event) => onChange({ birthDate: event.target.value })}
        />
      </Field>
      <Field label={words.sex}>
        <Select
          value={draft.sex}
          options={SEXES.map((value) => ({ value, label: words.sexes[value] }))}
          onChange={(sex: CopyFacts['sex']) => onChange({ sex })}
        />
      </Field>
    </div>
  );
}

/** Corrects patient data of one study or of a whole patient, or merges two PatientIDs of one hospital. */
export function CorrectDialog({
  copy,
  facts,
  onClose,
}: {
  copy: Copy;
  facts: CopyFacts;
  onClose: () => void;
}) {
  const { t } = useWords();
  const words = t.corrections.correct;
  const [kind, setKind] = useState<CorrectionKind>('studyAttributes');
  const [draft, setDraft] = useState<Draft>(() => draftOf(facts));
  const [reason, setReason] = useState<GivenReason>({ code: 'WRONG_DATA', text: '' });
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const target = useTarget(copy.hospital, kind === 'patientMerge' ? draft.patientId : '');
  const made = correctionRequest(kind, copy.study, facts, draft);
  // The target that is shown is the one that is merged into, also while somebody types.
  const hasTarget = kind !== 'patientMerge' || target.data?.patient.id === draft.patientId.trim();

  const choose = (next: CorrectionKind): void => {
    setKind(next);
    // An ID that is corrected and one that is merged into are different answers.
    change({ patientId: next === 'patientMerge' ? '' : facts.patientId });
  };
  return (
    <ActionDialog
      title={words.title}
      confirm={kind === 'patientMerge' ? words.confirmMerge : words.confirm}
      danger={kind === 'patientMerge'}
      ready={'request' in made && isGiven(reason) && hasTarget}
      act={async () => {
        if ('request' in made) await correctPatient(copy.hospital, made.request, reason);
        return words.done;
      }}
      onClose={onClose}
    >
      <div>
        <Choice
          label={words.title}
          value={kind}
          options={(facts.patientId === ''
            ? (['studyAttributes'] as const)
            : (['studyAttributes', 'patientAttributes', 'patientMerge'] as const)
          ).map((each) => [each, words.kind[each]] as const)}
          onChange={choose}
        />
        <p className="field-hint">{facts.patientId === '' ? words.noPatientId : words.hint[kind]}</p>
      </div>
      {kind !== 'patientMerge' && <PatientFields draft={draft} onChange={change} />}
      {kind === 'studyAttributes' && (
        <Field label={words.patientId}>
          <Input value={draft.patientId} onChange={(event) => change({ patientId: event.target.value })} />
        </Field>
      )}
      {kind === 'patientMerge' && (
        <div>
          <div className="field-pair">
            <Field label={words.from}>
              <Input value={facts.patientId} disabled />
            </Field>
            <Field label={words.into}>
              <Input
                value={draft.patientId}
                autoFocus
                onChange={(event) => change({ patientId: event.target.value })}
                data-testid="merge-into"
              />
            </Field>
          </div>
          {draft.patientId.trim() !== facts.patientId && (
            <MergeTarget hospital={copy.hospital} patientId={draft.patientId} />
          )}
        </div>
      )}
      {'fault' in made &&
        made.fault !== 'unchanged' &&
        (kind !== 'patientMerge' || draft.patientId !== '') && (
          <p className="field-fault" role="alert">
            {words[made.fault]}
          </p>
        )}
      <ReasonFields reason={reason} onChange={setReason} />
      <p className="dialog-means">{words.means}</p>
    </ActionDialog>
  );
}
