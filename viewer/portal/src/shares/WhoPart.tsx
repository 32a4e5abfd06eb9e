import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, Select } from 'antd';
import { facetsQuery } from '../api/queries.ts';
import { Choice } from '../corrections/Choice.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { type Change, Part } from './Part.tsx';
import { forAudience, RELATIONS, type ShareDraft } from './shareDraft.ts';

function Guardian({ draft, change }: { draft: ShareDraft; change: Change }) {
  const words = useOwnWords(shareWords);
  return (
    <div className="field-pair">
      <Field label={words.guardianName}>
        <Input
          value={draft.guardianName}
          maxLength={64}
          autoComplete="off"
          onChange={({ target }) => change({ guardianName: target.value })}
          data-testid="share-guardian"
        />
      </Field>
      <Field label={words.relation}>
        <Select
          value={draft.relation}
          aria-label={words.relation}
          onChange={(relation) => change({ relation })}
          options={RELATIONS.map((value) => ({ value, label: words.relations[value] }))}
        />
      </Field>
    </div>
  );
}

function SignIn({ draft, change, forced }: { draft: ShareDraft; change: Change; forced: boolean }) {
  const words = useOwnWords(shareWords);
  const { pick } = useWords();
  const hospitals = useQuery(facetsQuery).data?.hospitals ?? [];
  return (
    <>
      <Checkbox
        checked={draft.signIn}
        disabled={forced}
        onChange={({ target }) =>
          change({ signIn: target.checked, factor: target.checked ? 'none' : 'code' })
        }
        data-testid="share-sign-in"
      >
        {forced ? words.signInForced : words.signIn}
      </Checkbox>
      {draft.signIn && (
        <div className="field-pair">
          <Field label={words.signInHospitals}>
            <Select
              mode="multiple"
              value={[...draft.signInHospitals]}
              aria-label={words.signInHospitals}
              showSearch={{ optionFilterProp: 'label' }}
              onChange={(signInHospitals: string[]) => change({ signInHospitals })}
              options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
            />
          </Field>
          <Field label={words.signInAccount}>
            <Input
              value={draft.signInAccount}
              maxLength={64}
              autoComplete="off"
              onChange={({ target }) => change({ signInAccount: target.value })}
              data-testid="share-account"
            />
          </Field>
        </div>
      )}
    </>
  );
}

/** Whom the link is for. Of a minor's images it proposes a guardian. */
export function WhoPart({
  draft,
  change,
  minor,
  signInForced,
}: {
  draft: ShareDraft;
  change: Change;
  minor: boolean;
  signInForced: boolean;
}) {
  const words = useOwnWords(shareWords);
  return (
    <Part label={words.audience}>
      <Choice
        label={words.audience}
        value={draft.audience}
        options={(['patient', 'guardian', 'colleague'] as const).map((each) => [each, words.audiences[each]])}
        onChange={(audience) => change(forAudience(audience))}
      />
      {minor && draft.audience === 'patient' && (
        <p className="share-warning share-minor" role="status" data-testid="share-minor">
          {words.minor}
          <button type="button" className="text-button" onClick={() => change(forAudience('guardian'))}>
            {words.minorYes}
          </button>
        </p>
      )}
      {draft.audience === 'guardian' && <Guardian draft={draft} change={change} />}
      {draft.audience === 'colleague' && <SignIn draft={draft} change={change} forced={signInForced} />}
    </Part>
  );
}
