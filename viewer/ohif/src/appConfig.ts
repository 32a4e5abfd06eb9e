/**
 * The script before OHIF's own: says where things lie, which language to start in, and hands OHIF a configuration
 * that comes with our extension. Served uncached under a fixed name, so a site may put its own in its place.
 */
interface HostGlobals {
  PUBLIC_URL: string;
  browserImportFunction(module: string): Promise<unknown>;
  config(): Promise<unknown>;
}

const languageKey = 'i18nextLng';
const globals = globalThis as unknown as HostGlobals;
const mainScript = document.querySelector<HTMLScriptElement>('script[defer][src*="app.bundle."]');

globals.PUBLIC_URL = mainScript ? new URL('.', mainScript.src).pathname : '/viewer/';
globals.browserImportFunction = (module) => import(module);
globals.config = async () => {
  // The specifier stays a string for the page's import map.
  const extension = (await globals.browserImportFunction('@hutong/extension')) as {
    configure(): unknown;
  };
  return extension.configure();
};

// OHIF ends this timer when the first list is shown, and warns when nobody began it.
// eslint-disable-next-line no-console -- it is the host's own timer
console.time('scriptToView');

// Chinese unless somebody chose otherwise; the host would ask the browser.
try {
  if (!localStorage.getItem(languageKey)) localStorage.setItem(languageKey, 'zh');
  document.documentElement.lang = localStorage.getItem(languageKey) === 'zh' ? 'zh-CN' : 'en';
} catch {
  // Storage may be forbidden; the host then falls back to the browser's language.
}
