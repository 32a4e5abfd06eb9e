import { accountRoutes } from './accounts/routes.ts';
import { accessRoutes } from './access/routes.ts';
import type { Features } from './app.ts';
import { auditHistoryRoutes } from './auditTrail/historyRoutes.ts';
import { auditTrailRoutes } from './auditTrail/routes.ts';
import { catalogueChangeRoutes, catalogueRoutes, reevaluationRoutes } from './catalogues/routes.ts';
import { changeRoutes } from './changes/routes.ts';
import { conformanceRoutes, decisionRoutes } from './conformance/routes.ts';
import type { ServerParts } from './context.ts';
import { deleteRoutes, historyRoutes, keptAsideRoutes } from './corrections/routes.ts';
import { examChangeRoutes, examListRoutes } from './examMappings/routes.ts';
import { dataProtectionRoutes } from './dataProtection/routes.ts';
import { exportRoutes } from './exports/routes.ts';
import { fhirRoutes } from './fhir/routes.ts';
import { figureRoutes } from './figures/routes.ts';
import { holdRoutes } from './holds/routes.ts';
import {
  labelListRoutes,
  labelPolicyRoutes,
  labelWithdrawalRoutes,
  studyLabelRoutes,
} from './labels/routes.ts';
import { usageRoutes } from './limits/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { clientRoutes } from './oidc/clientRoutes.ts';
import { oidcRoutes } from './oidc/routes.ts';
import { intakeRoutes, orderFhirRoutes, orderListRoutes, studyReportRoutes } from './orders/routes.ts';
import { openApiRoutes } from './openapi/routes.ts';
import { personRoutes } from './persons/routes.ts';
import { studyPersonRoutes } from './persons/studyPersonRoutes.ts';
import { patientCorrectionRoutes } from './patientCorrections/routes.ts';
import { signInProviderRoutes } from './providers/routes.ts';
import { reminderRoutes } from './reminders/routes.ts';
import { publicationRoutes } from './publication/routes.ts';
import { qidoRoutes } from './qido/routes.ts';
import { registryRoutes } from './registry/routes.ts';
import { describeResource } from './resourceDescriptions.ts';
import { recognitionFhirRoutes } from './recognition/fhirRoutes.ts';
import { recognitionRoutes } from './recognition/routes.ts';
import { reviewRoutes } from './reviews/routes.ts';
import { shareContentRoutes } from './shares/contentRoutes.ts';
import { shareEventRoutes } from './shares/eventRoutes.ts';
import { shareOpeningRoutes } from './shares/openingRoutes.ts';
import { sharePolicyRoutes } from './shares/policyRoutes.ts';
import { shareReplyRoutes } from './shares/replyRoutes.ts';
import { shareRoutes } from './shares/routes.ts';
import { ShareWatch } from './shares/shareWatch.ts';
import { stowRoutes } from './stow/routes.ts';
import { wadoRoutes } from './wado/routes.ts';
import { wadoUriRoutes } from './wado/uri/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { worklistRoutes } from './worklist/routes.ts';

/** Every feature of the gateway, made from the same parts. */
export function allFeatures(parts: ServerParts): Features {
  const reminders = reminderRoutes(parts);
  return {
    dicomweb: [stowRoutes(parts), qidoRoutes(parts), wadoRoutes(parts), deleteRoutes(parts)],
    wadoUri: [wadoUriRoutes(parts)],
    api: [
      conformanceRoutes(parts),
      decisionRoutes(parts),
      studyLabelRoutes(parts),
      labelListRoutes(parts),
      reviewRoutes(parts),
      examListRoutes(parts),
      examChangeRoutes(parts),
      worklistRoutes(parts),
      catalogueRoutes(parts),
      catalogueChangeRoutes(parts),
      reevaluationRoutes(parts),
      changeRoutes(parts),
      patientCorrectionRoutes(parts),
      historyRoutes(parts),
      keptAsideRoutes(parts),
      orderListRoutes(parts),
      studyReportRoutes(parts),
      studyPersonRoutes(parts),
    ],
    managed: [
      clientRoutes(parts),
      accountRoutes(parts),
      keyRoutes(parts),
      usageRoutes(parts),
      ...figureRoutes(parts),
      holdRoutes(parts),
      exportRoutes(parts),
      labelWithdrawalRoutes(parts),
      labelPolicyRoutes(parts),
      webhookRoutes(parts),
      intakeRoutes(parts),
      personRoutes(parts),
      ...accessRoutes(parts),
      ...registryRoutes(parts),
      auditTrailRoutes(parts),
      auditHistoryRoutes(parts),
      ...recognitionRoutes(parts),
      shareRoutes(parts),
      sharePolicyRoutes(parts),
      ...reminders.managed,
    ],
    fhir: [...fhirRoutes(parts), orderFhirRoutes(parts), recognitionFhirRoutes(parts)],
    root: [oidcRoutes(parts)],
    publicApi: [
      openApiRoutes(),
      dataProtectionRoutes(parts),
      publicationRoutes(parts),
      signInProviderRoutes(parts),
      shareOpeningRoutes(parts),
      ...reminders.publicApi,
    ],
    cdsHooks: reminders.cdsHooks,
    shared: [
      shareContentRoutes(parts),
      shareEventRoutes(parts, new ShareWatch(parts.index, parts.log)),
      shareReplyRoutes(parts),
    ],
    describe: describeResource,
  };
}
