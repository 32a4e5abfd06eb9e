import type pg from 'pg';
import type { SecretBox } from './secretBox.ts';

/** Ids of keys that secrets of the index were sealed with and the box does not hold: those secrets do not open. */
export async function lostKeys(index: pg.Pool, box: SecretBox): Promise<string[]> {
  const { rows } = await index.query<{ id: string }>(
    `SELECT DISTINCT split_part(sealed, '.', 2) AS id
       FROM (SELECT totp_secret FROM account UNION ALL SELECT secret FROM webhook UNION ALL SELECT secret FROM oidc_key
              UNION ALL SELECT secret FROM export_project UNION ALL SELECT refresh_token FROM provider_session)
            AS kept(sealed)
      WHERE sealed LIKE 'hsb1.%' ORDER BY 1`,
  );
  return rows.map(({ id }) => id).filter((id) => !box.keyIds.has(id));
}

/** What is out of order without those keys and what to do, for the operator; null: nothing is missing. */
export async function lostKeyWarning(
  index: pg.Pool,
  box: SecretBox,
): Promise<{ en: string; zh: string } | null> {
  const lost = await lostKeys(index, box);
  if (lost.length === 0) return null;
  const ids = lost.join(', ');
  return {
    en: `Secrets in the index were sealed with a key that is not here (${ids}). Nothing is lost: add that key as a further line to the file of HUTONG_SECRET_KEY_FILE, or of secret.key in the data folder, and start again. Until then one-time passwords (recovery codes go on), webhooks, sign-in from applications and exports of known projects do not work.`,
    zh: `索引中有密文由当前没有的密钥加密（${ids}）。数据并未丢失：请将该密钥另起一行加入 HUTONG_SECRET_KEY_FILE 所指文件或数据目录中的 secret.key，然后重新启动。在此之前，动态口令（恢复码仍可用）、Webhook、应用登录以及已有项目的导出均不可用。`,
  };
}
