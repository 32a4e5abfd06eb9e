import { createElement } from 'react';
import { failureOf } from './conformance/store.ts';
import { reportImageFailure } from './imageFailures.ts';
import { dataSourceName, extensionId } from './ids.ts';
import { mode } from './mode.ts';
import { reportSignedOut, tellOfUse } from './session.ts';
import { checkShare, dicomwebRoot, openShare } from './share.ts';
import { Wordmark } from './shell/Wordmark.tsx';
import { addTranslations } from './i18n/translations.ts';

/** DICOMweb requests that fail are told to the reader; nothing about them goes to a log. */
function httpErrorHandler(error: { status?: number }): void {
  const { status = 0 } = error;
  // No status means that OHIF itself gave the request up.
  if (status < 400) return;
  if (openShare !== null) {
    checkShare();
    reportImageFailure();
  } else if (failureOf(status) === 'signedOut') reportSignedOut();
  else reportImageFailure();
}

/** OHIF's application configuration. Called before OHIF loads its extensions, so that they start in Chinese. */
export function configure(): unknown {
  addTranslations();
  if (openShare === null) tellOfUse();
  return {
    name: 'hutong',
    routerBasename: '/',
    whiteLabeling: { createLogoComponentFn: () => createElement(Wordmark) },
    // OHIF's own list stays off: the portal at `/` is the list.
    showStudyList: false,
    showPatientInfo: 'disabled',
    extensions: [extensionId],
    modes: [mode],
    customizationService: {},
    httpErrorHandler,
    maxNumberOfWebWorkers: Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1)),
    webGlContextCount: webGlContextCount(),
    showWarningMessageForCrossOrigin: false,
    showCPUFallbackMessage: true,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    showErrorDetails: 'production',
    investigationalUseDialog: { option: 'never' },
    maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
    studyPrefetcher: { enabled: true, displaySetsCount: 2, maxNumPrefetchRequests: 10, order: 'closest' },
    defaultDataSourceName: dataSourceName,
    dataSources: [
      {
        namespace: `${extensionId}.dataSourcesModule.${dataSourceName}`,
        sourceName: dataSourceName,
        configuration: {
          friendlyName: '互通',
          name: dataSourceName,
          qidoRoot: dicomwebRoot,
          wadoRoot: dicomwebRoot,
          wadoUriRoot: dicomwebRoot,
          qidoSupportsIncludeField: true,
          imageRendering: 'wadors',
          thumbnailRendering: 'wadors',
          thumbnailRequestStrategy: 'fetch',
          enableStudyLazyLoad: true,
          supportsFuzzyMatching: false,
          supportsWildcard: true,
          omitQuotationForMultipartRequest: true,
          requestTransferSyntaxUID: '*',
          bulkDataURI: { enabled: true, relativeResolution: 'studies' },
        },
      },
    ],
  };
}

/**
 * OHIF opens seven WebGL contexts at start. Without a graphics card each costs half a second, and small devices
 * run out of them: there, two are enough for any layout, more slowly.
 */
function webGlContextCount(): number | undefined {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return undefined;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  context.getExtension('WEBGL_lose_context')?.loseContext();
  const software = /swiftshader|llvmpipe|software|basic render/i.test(renderer);
  return software || matchMedia('(pointer: coarse)').matches ? 2 : undefined;
}
