import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { CdsClientBody } from '@hutong/server/contract/reminders';
import { cdsClientsQuery, endCdsClient } from '../api/reminders.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { ClientDialog } from './ClientDialog.tsx';

function Client({ client }: { client: CdsClientBody }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(remindersWords).clients;
  const queries = useQueryClient();
  const { modal, message } = App.useApp();
  const { endedAt, lastUsedAt } = client;
  return (
    <li className="reminder-row" data-testid="cds-client">
      <div>
        <strong>{client.name}</strong>
        <p className="quiet">{pick(client.hospital.name)}</p>
      </div>
      <div>
        <code>{client.issuer}</code>
        <p className="quiet">{client.jwksUrl ?? words.keys(marks.list(client.keyIds))}</p>
        <p className="quiet">
          {endedAt !== null
            ? words.ended(formatInstant(endedAt))
            : lastUsedAt === null
              ? words.never
              : words.used(formatInstant(lastUsedAt))}
        </p>
      </div>
      {endedAt === null && (
        <button
          type="button"
          className="text-button button-danger-quiet"
          onClick={() =>
            void modal.confirm({
              title: words.endConfirm,
              okText: words.end,
              cancelText: words.cancel,
              onOk: async () => {
                try {
                  await endCdsClient(client.id);
                } catch {
                  void message.error(words.failed);
                }
                await queries.invalidateQueries({ queryKey: ['cds-clients'] });
              },
            })
          }
        >
          {words.end}
        </button>
      )}
    </li>
  );
}

/** Hospital systems that ask by CDS Hooks. */
export default function ClientsPage() {
  const words = useOwnWords(remindersWords).clients;
  const { data, error, refetch } = useQuery(cdsClientsQuery);
  const [adds, setAdds] = useState(false);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  return (
    <div data-testid="cds-clients">
      <p className="quiet">{words.lead}</p>
      <p>
        {words.services}: <code>{data.services}</code>
      </p>
      <p>
        <button
          type="button"
          className="button button-primary"
          onClick={() => setAdds(true)}
          data-testid="cds-client-add"
        >
          {words.add}
        </button>
      </p>
      {data.clients.length === 0 && <p className="quiet">{words.none}</p>}
      <ul className="reminder-rows">
        {data.clients.map((client) => (
          <Client key={client.id} client={client} />
        ))}
      </ul>
      {adds && <ClientDialog hospitals={data.hospitals} onClose={() => setAdds(false)} />}
    </div>
  );
}
