import { findClient, type OidcClient, type OidcRecords } from '@hutong/storage-config';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Pool } from 'pg';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A year; the issuer gives every record a time of its own. */
const LONGEST_SECONDS = 366 * 24 * 3600;

/** Keeps one kind of the issuer's records in PostgreSQL. */
export function recordAdapter(model: string, records: OidcRecords): Adapter {
  const found = (record: Awaited<ReturnType<OidcRecords['find']>>): AdapterPayload | undefined =>
    record === null
      ? undefined
      : { ...record.payload, ...(record.consumed === null ? {} : { consumed: record.consumed }) };
  return {
    upsert: (id, payload, expiresIn) =>
      records.save({
        model,
        id,
        payload: payload,
        expiresInSeconds: expiresIn ?? LONGEST_SECONDS,
        uid: text(payload.uid),
        grantId: text(payload.grantId),
        accountId: text(payload.accountId),
        clientId: text(payload.clientId),
      }),
    find: async (id) => found(await records.find(model, id)),
    findByUid: async (uid) => found(await records.findByUid(model, uid)),
    findByUserCode: () => Promise.resolve(undefined),
    consume: async (id) => {
      if (await records.consume(model, id)) return;
      // Two came with it at the same moment: one of them is not whom it was given to.
      const record = await records.find(model, id);
      const grantId = text(record?.payload['grantId']);
      if (grantId !== null) await records.removeGrant(grantId);
      throw new errors.InvalidGrant('already used');
    },
    destroy: (id) => (model === 'Grant' ? records.removeGrant(id) : records.remove(model, id)),
    revokeByGrantId: (grantId) => records.removeGrant(grantId),
  };
}

/** What the issuer is told of a client. Secrets are compared by {@link isClientSecret}, never from here. */
export function clientMetadata(client: OidcClient): AdapterPayload {
  const person = client.kind !== 'machine';
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: client.kind === 'native' ? 'native' : 'web',
    grant_types: person ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
    response_types: person ? ['code'] : [],
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.loggedOutUris,
    token_endpoint_auth_method:
      client.authentication === 'secret'
        ? 'client_secret_basic'
        : client.authentication === 'privateKey'
          ? 'private_key_jwt'
          : 'none',
    // Stands for the secrets, of which digests are kept; it is compared with nothing.
    ...(client.authentication === 'secret' ? { client_secret: 'kept-as-a-digest' } : {}),
    ...(client.jwks === null ? {} : { jwks: client.jwks }),
    ...(client.logoutUri === null
      ? {}
      : { backchannel_logout_uri: client.logoutUri, backchannel_logout_session_required: true }),
    ...(person ? { scope: 'openid profile offline_access' } : {}),
    hutong_scopes: client.scopes.join(' '),
    hutong_hospital: client.hospitalCode ?? '',
  };
}

/** Clients come from their own table; nothing here changes them. */
export function clientAdapter(index: Pool): Adapter {
  const never = (): Promise<never> => Promise.reject(new Error('clients are not changed by the issuer'));
  return {
    upsert: never,
    find: async (id) => {
      const client = await findClient(index, id);
      const valid =
        client !== null &&
        client.endedAt === null &&
        (client.expiresAt === null || client.expiresAt.getTime() > Date.now());
      return valid ? clientMetadata(client) : undefined;
    },
    findByUid: () => Promise.resolve(undefined),
    findByUserCode: () => Promise.resolve(undefined),
    consume: never,
    destroy: never,
    revokeByGrantId: never,
  };
}
