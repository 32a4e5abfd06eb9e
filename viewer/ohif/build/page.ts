/** What the page must load, as paths on the server. */
export interface PageParts {
  base: string;
  mainScript: string;
  mainStyles: string;
  extension: string;
  styles: string;
  icon: string;
}

/**
 * The viewer's page. The import map is the only inline script: the server allows it in its
 * Content-Security-Policy by the digest of its text.
 */
export function viewerPage(parts: PageParts): string {
  const importMap = JSON.stringify({ imports: { '@hutong/extension': parts.extension } });
  return `<!doctype html>
<html lang="zh-CN" data-theme="dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<meta name="theme-color" content="#04061a">
<meta name="referrer" content="same-origin">
<title>互通 · 阅片</title>
<link rel="icon" type="image/svg+xml" href="${parts.icon}">
<link rel="stylesheet" href="${parts.mainStyles}">
<link rel="stylesheet" href="${parts.styles}">
<script type="importmap">${importMap}</script>
<script src="${parts.base}app-config.js"></script>
<script defer src="${parts.mainScript}"></script>
<link rel="modulepreload" href="${parts.extension}">
</head>
<body>
<noscript>此页面需要启用 JavaScript。 This page needs JavaScript.</noscript>
<div id="react-portal"></div>
<div id="root"></div>
<div class="ht-boot" role="status"><span class="ht-boot-mark">互通</span><span>正在打开阅片…</span></div>
</body>
</html>
`;
}
