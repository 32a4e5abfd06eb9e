import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { RecognitionPolicy } from '@hutong/recognition';
import { wordFor } from '@hutong/recognition/matrix';
import { offeredReasons } from '@hutong/recognition/reasons';
import type { RecognitionPolicyBody } from '@hutong/server/contract/reminders';
import { recognitionPolicyQuery } from '../api/reminders.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reminderMatchWords } from '../i18n/reminderMatch.ts';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { PolicyDialog } from './PolicyDialog.tsx';
import { conditionsText } from './ruleText.ts';

/** More hospitals than these make no table that anybody reads. */
const MATRIX_HOSPITALS = 30;

/** The word of the policy for each issuing and each viewing hospital, for labels of one scope. */
function Matrix({ body }: { body: RecognitionPolicyBody }) {
  const { pick } = useWords();
  const words = useOwnWords(remindersWords).policy;
  const said = useOwnWords(reminderMatchWords);
  const [chosen, setChosen] = useState('');
  // The scope that most take part in is looked at first.
  const members = (name: string): number =>
    body.hospitals.filter(({ scopes }) => scopes.includes(name)).length;
  const [usual = ''] = body.scopes.toSorted((a, b) => members(b) - members(a));
  const scope = body.scopes.includes(chosen) ? chosen : usual;
  const hospitals = body.hospitals.slice(0, MATRIX_HOSPITALS);
  // Labels of a scope are given by who takes part in it.
  const issuing = hospitals.filter(({ scopes }) => scopes.includes(scope));
  return (
    <>
      <label className="reminder-check">
        {words.matrixScope}
        <select
          className="reminder-select"
          value={scope}
          onChange={(event) => setChosen(event.target.value)}
          data-testid="matrix-scope"
        >
          {body.scopes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div className="reminder-matrix" tabIndex={0} role="region" aria-label={words.matrix}>
        <table data-testid="recognition-matrix">
          <thead>
            <tr>
              <th scope="col">
                {words.issuing} ＼ {words.viewing}
              </th>
              {hospitals.map((one) => (
                <th key={one.code} scope="col">
                  {pick(one.name)}
                  <p className="quiet">{one.level}</p>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {issuing.map((one) => (
              <tr key={one.code}>
                <th scope="row">
                  {pick(one.name)}
                  <p className="quiet">{one.level}</p>
                </th>
                {hospitals.map((other) => {
                  if (other.code === one.code) return <td key={other.code}>{words.self}</td>;
                  const { word, because } = wordFor(body.policy, scope, one, other);
                  return (
                    <td key={other.code} data-word={word}>
                      <span className={`reminder-word reminder-word-${word}`}>{said.words[word]}</span>
                      <p>{pick(because)}</p>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Rules({ policy }: { policy: RecognitionPolicy }) {
  const marks = useMarks();
  const { pick, language } = useWords();
  const words = useOwnWords(remindersWords).policy;
  const said = useOwnWords(reminderMatchWords);
  const reasons = offeredReasons(policy.reasons);
  return (
    <>
      <ol className="reminder-rules" data-testid="recognition-rules">
        {policy.rules.map(({ id, word, when, because, sources }) => (
          <li key={id} className="reminder-rule">
            <span className={`reminder-word reminder-word-${word}`}>{said.words[word]}</span>
            <strong>{pick(because)}</strong>
            <span className="quiet">
              {conditionsText(when, language)}
              {sources.length > 0 &&
                marks.aside(
                  words.source(marks.list(sources.map((source) => words.sources[source] ?? source))),
                )}
            </span>
          </li>
        ))}
        <li className="reminder-rule">
          <span className={`reminder-word reminder-word-${policy.otherwise.word}`}>
            {said.words[policy.otherwise.word]}
          </span>
          <strong>{words.otherwise}</strong>
        </li>
      </ol>
      <p>
        {words.longest(policy.longestAge.days)}
        {Object.entries(policy.longestAge.items).map(([item, days]) => `；${words.longestItem(item, days)}`)}
      </p>
      <details>
        <summary>
          {words.reasons} ({reasons.length})
        </summary>
        <ul>
          {reasons.map(({ code, text }) => (
            <li key={code}>
              {code} {pick(text)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** Who recognises whom: the rules, the matrix that follows from them, and what held before. */
export default function MatrixPage() {
  const words = useOwnWords(remindersWords).policy;
  const { data, error, refetch } = useQuery(recognitionPolicyQuery);
  const [editing, setEditing] = useState<RecognitionPolicy | null>(null);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  const { policy, author, createdAt, note, former, mayChange } = data;
  return (
    <div className="reminder-policy" data-testid="recognition-policy">
      <p className="quiet">{words.lead}</p>
      <h2>{words.rules}</h2>
      <p className="quiet">
        {author === null || createdAt === null
          ? words.initial
          : `${words.by(author.name, formatInstant(createdAt))} · ${note}`}
      </p>
      <Rules policy={policy} />
      {mayChange && (
        <button
          type="button"
          className="button"
          onClick={() => setEditing(policy)}
          data-testid="recognition-policy-edit"
        >
          {words.edit}
        </button>
      )}
      <h2>{words.matrix}</h2>
      <Matrix body={data} />
      <h2>{words.former}</h2>
      {former.length === 0 && <p className="quiet">{words.formerNone}</p>}
      <ul>
        {former.map((version) => (
          <li key={version.id}>
            {words.by(version.author?.name ?? '', formatInstant(version.createdAt))} · {version.note}{' '}
            {mayChange && (
              <button type="button" className="text-button" onClick={() => setEditing(version.policy)}>
                {words.restore}
              </button>
            )}
          </li>
        ))}
      </ul>
      {editing !== null && (
        <PolicyDialog from={editing} replaces={data.id} onClose={() => setEditing(null)} />
      )}
    </div>
  );
}
