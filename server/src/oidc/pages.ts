import { createHash } from 'node:crypto';
import { inlineScriptSources } from '../securityHeaders.ts';

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:32em;margin:12vh auto;padding:0 24px}
h1{font-size:1.3em}button{font:inherit;min-height:44px;padding:0 20px;margin:8px 8px 0 0;border-radius:6px;border:1px solid currentColor;background:none;color:inherit;cursor:pointer}
button.first{background:#1668dc;border-color:#1668dc;color:#fff}p.second{opacity:.75}`;
const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

function page(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head><body>${body}</body></html>`;
}

/** Asks whether to sign out, as another application wishes. @param form with what has to be sent back */
export const logoutPage = (form: string): string =>
  page(
    '退出登录 · 互通',
    `<h1>退出互通？</h1><p>应用请求退出您的登录，所有由本次登录打开的应用将一并退出。</p>
<p class="second" lang="en">An application asks to sign you out, of Hutong and of what was opened by this sign-in.</p>${form}
<button class="first" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>退出 Sign out</button>
<button type="submit" form="op.logoutForm">保持登录 Stay</button>`,
  );

export const signedOutPage = (): string =>
  page(
    '已退出 · 互通',
    '<h1>已退出登录</h1><p class="second" lang="en">You are signed out.</p><p><a href="/">互通 Hutong</a></p>',
  );

const CODE = /^[a-z_]{1,64}$/;

/** What is shown to a person when an application asked for something wrong, without details. */
export const errorPage = (code: string): string =>
  page(
    '无法登录 · 互通',
    `<h1>无法完成登录</h1><p>应用的登录请求不正确或已过期，请返回应用重试。如仍出现此页，请将代码告知应用的管理员。</p>
<p class="second" lang="en">The application's request to sign in is not right or has expired. Go back to it and try again.</p>
<p><code>${CODE.test(code) ? code : 'error'}</code></p>`,
  );

/**
 * Content-Security-Policy of a page of the issuer: its own style and scripts by digest, forms to this server and, after
 * signing out, to where the application wishes to be gone to.
 *
 * @param next sources that a form's answer may lead to
 */
export function issuerPagePolicy(html: string, next: readonly string[]): string {
  return [
    "default-src 'none'",
    ['script-src', ...(inlineScriptSources(html).length > 0 ? inlineScriptSources(html) : ["'none'"])].join(
      ' ',
    ),
    `style-src ${STYLE_SOURCE}`,
    ["form-action 'self'", ...next].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
