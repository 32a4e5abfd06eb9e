import { createHash } from 'node:crypto';
import { inlineScriptSources } from '../securityHeaders.ts';

/** Colours of the portal, which these pages stand beside; they load nothing. */
const STYLE = `:root{color-scheme:light dark;--bg:#f3f6fb;--card:#fff;--line:#dbe4ef;--text:#0b1730;--quiet:#5b6b85;--act:#00749e;--on:#fff}
@media (prefers-color-scheme:dark){:root{--bg:#04061a;--card:#090c2a;--line:#1a2550;--text:#f2f6fb;--quiet:#7f9dbd;--act:#5acce6;--on:#03131f}}
body{font:14px/1.6 system-ui,"Noto Sans SC",sans-serif;margin:0;padding:12vh 16px;background:var(--bg);color:var(--text)}
main{max-width:376px;margin:auto;padding:32px;background:var(--card);border:1px solid var(--line);border-radius:8px}
h1{font-size:18px;margin:0 0 12px}p{margin:0 0 12px}.second{color:var(--quiet)}a{color:var(--act)}
button{font:inherit;min-height:44px;padding:0 20px;margin:8px 8px 0 0;border-radius:6px;border:1px solid var(--line);background:none;color:inherit;cursor:pointer}
button.first{background:var(--act);border-color:var(--act);color:var(--on);font-weight:600}button:focus-visible{outline:2px solid var(--act);outline-offset:2px}`;
const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

function page(title: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
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
