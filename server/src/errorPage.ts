import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Problem } from './contract.ts';

/** Whether a person's browser went to the address, and not a program or a script of a page. */
export const wantsPage = (req: Request): boolean =>
  req.get('sec-fetch-mode') === 'navigate' && (req.get('accept') ?? '').includes('text/html');

const STYLE =
  'body{font:16px/1.6 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:0;min-height:100vh;' +
  'display:grid;place-items:center;background:#f5f6f8;color:#1f2328}' +
  'main{max-width:32rem;padding:2rem}h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:.25rem 0}' +
  'small{color:#59636e}a{color:#0b62d6}' +
  '@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}small{color:#9198a1}a{color:#6cb0ff}}';

/** Nothing runs on the page; its one style is known by its hash. */
export const ERROR_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** A problem as a page, in both languages: it says what {@link Problem} says. */
export function errorPage({ status, title, detail, detailZh, requestId }: Problem): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(`${status} ${title}`)}</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(detailZh)}</h1><p lang="en">${escaped(detail)}</p>
<p><a href="/">返回首页 · Home</a></p><p><small>${status} · ${escaped(requestId)}</small></p></main></body></html>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
