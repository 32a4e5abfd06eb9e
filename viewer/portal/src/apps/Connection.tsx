import type { ClientBody } from '@hutong/server/contract/clients';
import { appWords } from '../i18n/apps.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { CopyValue } from '../people/ShownOnce.tsx';
import { exampleOf, scopeText } from './connecting.ts';

/** Everything that whoever connects an application needs, each to be copied. */
export function Connection({
  client,
  secret,
  issuer,
  server,
}: {
  client: ClientBody;
  /** Just made; null where it is known to the application alone, or there is none. */
  secret: string | null;
  issuer: string;
  server: string;
}) {
  const { shown } = useOwnWords(appWords);
  const [redirect] = client.redirectUris;
  return (
    <>
      {secret !== null && <CopyValue name={shown.secret} value={secret} secret testId="client-secret" />}
      <CopyValue name={shown.clientId} value={client.id} testId="client-id" />
      <CopyValue name={shown.issuer} value={issuer} testId="client-issuer" />
      <CopyValue name={shown.scope} value={scopeText(client)} />
      {redirect !== undefined && <CopyValue name={shown.redirect} value={redirect} />}
      <CopyValue name={shown.dicomweb} value={`${server}/dicomweb`} />
      <CopyValue
        name={client.kind === 'machine' ? shown.exampleMachine : shown.exampleCode}
        value={exampleOf(client, issuer, server)}
      />
    </>
  );
}
