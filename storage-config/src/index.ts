export { ConfigError, type HutongConfig, loadConfig } from './config/config.ts';
export { describeConfig } from './config/settings.ts';
export type { AlertThresholds, AuditExportConfig } from './config/audit.ts';
export type { SignInConfig } from './config/signIn.ts';
export type { S3Config } from './config/storage.ts';
export { type Log, silentLog } from './log.ts';
export {
  errorCode,
  inTransaction,
  openIndex,
  type OpenIndexOptions,
  type TransactionOptions,
} from './database.ts';
export { migrate, type Migration, readMigrations, SchemaError } from './migrate.ts';
export { EmbeddedPostgresError } from './embedded/binaries.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded/postgres.ts';
export {
  type ObjectMetadata,
  ObjectNotFound,
  type ObjectStore,
  ObjectStoreFull,
  ObjectStoreUnavailable,
  type ObjectWriter,
  type StoredObject,
} from './objectStore.ts';
export { openObjectStore } from './objects/openObjectStore.ts';
export {
  type InstanceIdentity,
  INSTANCES_PREFIX,
  InvalidObjectKey,
  instanceObjectKey,
  parseInstanceObjectKey,
  tombstoneObjectKey,
  TOMBSTONES_PREFIX,
} from './objectKeys.ts';
export {
  ORPHAN_GRACE_HOURS,
  OUTBOX_DONE_DAYS,
  RETENTION,
  type RetentionRule,
  UNFINISHED_GRACE_HOURS,
} from './retention.ts';
export * from './outbox.ts';
export {
  createHospital,
  ensureHospital,
  findHospital,
  type Hospital,
  listHospitals,
} from './registry/hospitals.ts';
export { addUsage, countUsage, type HospitalUsage, readUsage, setQuota } from './quotas/usage.ts';
export { type Purpose, PURPOSES } from './purposes.ts';
export {
  CLIENT_KINDS,
  type ClientAuthentication,
  type ClientChange,
  type ClientKind,
  createClient,
  endClient,
  findClient,
  listClients,
  type NewClient,
  noteClientUse,
  type OidcClient,
  updateClient,
} from './identity/clients.ts';
export { isClientSecret, rotateClientSecret } from './identity/clientSecrets.ts';
export { logoutUriProblem, redirectUriProblem } from './identity/clientUris.ts';
export {
  type ApplicationSession,
  forgetApplicationSession,
  LOGOUT_ATTEMPTS,
  noteApplicationSession,
  takeEndedApplicationSessions,
} from './identity/applicationSessions.ts';
export {
  endGrantsOf,
  forgetOidcRecords,
  type OidcRecord,
  OidcRecords,
  revokeAccessToken,
} from './identity/records.ts';
export {
  type PublicKeyRow,
  readPublicKeys,
  readSigningKeys,
  rotateSigningKeys,
  type SigningKeys,
  signingKeysVersion,
} from './identity/signingKeys.ts';
export {
  findTokenMachine,
  findTokenPerson,
  type TokenMachine,
  type TokenPerson,
} from './identity/tokenHolders.ts';
export {
  AddressRefused,
  type AllowedAddresses,
  checkedLookup,
  checkLiteralAddress,
  isAllowedAddress,
} from './addressPolicy.ts';
export { lostKeyWarning } from './lostKeys.ts';
export { isSealed, openSecretBox, type SecretBox, SecretBoxError, secretKeyWarning } from './secretBox.ts';
export { type Scope, SCOPES } from './scopes.ts';
export {
  type ApiKey,
  createApiKey,
  findApiKey,
  KEY_PURPOSES,
  KEY_SCOPES,
  type KeyPurpose,
  type KeyScope,
  type NewApiKey,
  revokeApiKey,
} from './apiKeys.ts';
export {
  changeApiKey,
  countExpiringKeys,
  endPreviousSecret,
  EXPIRY_WARNING_DAYS,
  findKey,
  findKeys,
  type KeyChange,
  type KeyFilter,
  type KeyRecord,
  type KeyState,
  KEY_STATES,
  keyState,
  listApiKeys,
  REGION_KEYS,
  rotateApiKey,
} from './keyAdministration.ts';
export { inNetworks, isNetwork } from './networks.ts';
export { isPlainText, plainText } from './plainText.ts';
export {
  createSignInLink,
  endSession,
  findSession,
  forgetEndedSessions,
  redeemSignInLink,
  type Session,
  DEVICE_DAYS,
  endSessionById,
  listSessions,
  type OwnSession,
  type SessionOrigin,
  SESSION_POLICY,
  type SessionPolicy,
  type SignInMethod,
} from './sessions.ts';
export {
  type EffectiveVerdict,
  evidenceDigest,
  type SavedVerdicts,
  saveVerdicts,
} from './decisions/saveVerdicts.ts';
export {
  type DecisionOutcome,
  decideVerdict,
  MAX_DECISION_REASON,
  type NewDecision,
} from './decisions/decideVerdict.ts';
export { findDecisions, readDecisions, type VerdictDecision } from './decisions/readDecisions.ts';
export { recordExamNames } from './examMappings/examNames.ts';
export {
  type ExamMapping,
  type LearnedMapping,
  listExamMappings,
  type MappingFilter,
  readNamedMappings,
} from './examMappings/listMappings.ts';
export {
  JUDGED_STUDIES,
  listUnmappedExams,
  type UnmappedExam,
  type UnmappedFilter,
  type UnmappedPage,
} from './examMappings/listUnmapped.ts';
export { readExamMappings, readMappingsOfStudies } from './examMappings/readMappings.ts';
export {
  comparedExam,
  type ComparedExam,
  endExamMapping,
  type MappingOutcome,
  type NewExamMapping,
  previewExamMappings,
  saveExamMappings,
} from './examMappings/saveMapping.ts';
export {
  itemsToLabel,
  labelAuthor,
  labelDate,
  type Labelling,
  type LabelsToSave,
  saveLabels,
} from './labels/saveLabels.ts';
export {
  endLabelPolicy,
  listLabelPolicies,
  setLabelPolicy,
  type StoredLabelPolicy,
} from './labels/policies.ts';
export {
  labelHistory,
  type LabelEvent,
  MAX_LABEL_EVENTS,
  readStudyLabels,
  type StudyLabel,
  type StudyLabels,
} from './labels/readLabels.ts';
export {
  type LabelToRelease,
  MAX_RELEASED,
  releaseLabels,
  type ReleaseOutcome,
} from './labels/releaseLabels.ts';
export {
  countWithdrawal,
  liftWithdrawal,
  listWithdrawals,
  MAX_LABEL_REASON,
  type Withdrawal,
  type WithdrawalFilter,
  type WithdrawalOutcome,
  type WithdrawalTarget,
  withdrawLabels,
} from './labels/withdrawals.ts';
export { relabellingStep } from './labels/relabellingStep.ts';
export { relabelStudies } from './labels/relabelStudies.ts';
export {
  beginRelabelling,
  listRelabellings,
  type NewRelabelling,
  type Relabelling,
  type RelabellingFilter,
  type RelabellingReason,
  RELABELLING_REASONS,
} from './labels/relabelling.ts';
export {
  DECISION_KINDS,
  type Decided,
  type DecisionKind,
  MAX_DECISION_TEXT,
  PATIENT_CLASSES,
  type PatientClass,
  type RecognitionDecision,
} from './recognition/decision.ts';
export { recordDecision, recordDecisionAlone } from './recognition/recordDecision.ts';
export type {
  Decider,
  NewRecognitionDecision,
  OnReminder,
  OnStudy,
  RecordedDecision,
  RefusedDecision,
} from './recognition/request.ts';
export {
  labelledItems,
  matchToOpen,
  noteMatchView,
  readReminder,
  type RemindedMatch,
  type RemindedOrder,
  reminderHospital,
} from './recognition/readReminder.ts';
export {
  type ChangedDecision,
  citeDecision,
  correctDecision,
  withdrawDecision,
} from './recognition/changeDecision.ts';
export {
  decisionFacets,
  type DecisionFilter,
  type DecisionsOf,
  decisionsOnReminder,
  decisionsOnStudy,
  listDecisions as listRecognitionDecisions,
  readDecisionHistory as readRecognitionHistory,
} from './recognition/readDecisions.ts';
export { listQualifications, type QualificationRow, recordQualification } from './registry/qualifications.ts';
export { type Memberships, readMemberships, scopesOf } from './registry/memberships.ts';
export { addHospital, changeHospital, type HospitalChange } from './registry/changeHospital.ts';
export { hospitalHistory, type RegistryEvent } from './registry/registryEvents.ts';
export { isRegistryFault, RegistryFault, type RegistryFaultCode } from './registry/registryFault.ts';
export {
  endScope,
  ensureScope,
  listScopes,
  type RecognitionScope,
  saveScope,
  SCOPE_KINDS,
  type ScopeKind,
} from './registry/scopes.ts';
export { joinScope, leaveScope, listMembers, type ScopeMember } from './registry/members.ts';
export {
  type Alliance,
  type AllianceMember,
  changeAllianceMember,
  listAllianceMembers,
  listAlliances,
  saveAlliance,
} from './registry/alliances.ts';
export {
  centresOf,
  endCentre,
  listCentrePeople,
  listCentres,
  type QualityCentre,
  saveCentre,
  setCentrePeople,
} from './registry/qualityCentres.ts';
export { type KnownItem, knownItems } from './registry/knownItems.ts';
export { mayEvaluate, type RegistryView, WHOLE_REGISTRY } from './registry/registryView.ts';
export {
  checkEvaluation,
  evaluationGrounds,
  type EvaluationRow,
  listEvaluations,
  type NewEvaluation,
  recordEvaluations,
  revokeEvaluation,
} from './registry/evaluations.ts';
export {
  type EvaluationState,
  expiringEvaluations,
  type StandingEvaluation,
  standingEvaluations,
  stateOfEvaluation,
} from './registry/evaluationState.ts';
export {
  checkDeviceTest,
  type DeviceTestRow,
  listDeviceTests,
  recordDeviceTests,
  revokeDeviceTest,
} from './registry/deviceTests.ts';
export { type Device, type DeviceState, listDevices } from './registry/deviceState.ts';
export { beginSuspension, liftSuspension, listSuspensions, type Suspension } from './registry/suspensions.ts';
export {
  attachDocument,
  DOCUMENT_TYPES,
  documentTypeOf,
  MAX_DOCUMENT,
  readDocument,
  REGISTRY_DOCUMENTS_PREFIX,
} from './registry/evaluationDocuments.ts';
export { REGISTRY_TABLES, type RegistryTable } from './registry/tableColumns.ts';
export type { LineFault } from './registry/readRows.ts';
export { type ImportGrounds, importRegistryTable } from './registry/importTable.ts';
export { exportRegistryTable, templateOf } from './registry/exportTable.ts';
export { readSheet } from './registry/sheets/readSheet.ts';
export { SHEET_LIMITS, type SheetLine, UnreadableSheet } from './registry/sheets/unreadableSheet.ts';
export { dayFromText, monthsAfter } from './registry/sheets/dates.ts';
export { readCsv } from './registry/sheets/csv.ts';
export { csvLines, writeCsv } from './writeCsv.ts';
export { chineseDay, recognisingHospitals } from './registry/recognisingHospitals.ts';
export {
  deletePictureRenditions,
  PICTURE_RENDITION_DAYS,
  PICTURE_RENDITIONS_PREFIX,
  pictureRenditionKey,
  pictureRenditionsPrefix,
  type PictureScope,
  sweepPictureRenditions,
} from './pictureRenditions.ts';
export {
  deleteMetadataRenditions,
  METADATA_RENDITION_DAYS,
  METADATA_RENDITIONS_PREFIX,
  type MetadataRendition,
  metadataRenditionKey,
  sweepMetadataRenditions,
} from './metadataRenditions.ts';
export { sweepOrphans } from './sweepOrphans.ts';
export { isOutage } from './outage.ts';
export { ADDED_SOP_CLASSES, isAcquired } from './indexing/acquisition.ts';
export { indexInstances, type IndexContext, type IndexResult } from './indexing/indexInstances.ts';
export { indexRows, type IndexRows } from './indexing/indexRows.ts';
export {
  type Change,
  CHANGE_ACTIONS,
  type ChangeAction,
  type ChangeFilter,
  type ChangePosition,
  forgetChanges,
  type NewChange,
  noteChangeOf,
  noteChanges,
  numberChanges,
  readChanges,
} from './changes.ts';
export { fillNamePinyin, namePinyin } from './indexing/namePinyin.ts';
export { refreshNames } from './indexing/refreshNames.ts';
export { type ListedDataset, type LoadedDataset, loadDatasets } from './indexing/loadDatasets.ts';
export type { IndexedAs } from './indexing/settleOthers.ts';
export {
  CORRECTION_REASONS,
  type CorrectionReason,
  type CorrectionReasonCode,
  type GivenReason,
  isCorrectionReason,
  MAX_REASON_TEXT,
  reasonWords,
} from './corrections/reasons.ts';
export {
  type Author,
  type MadeEvent,
  STUDY_EVENT_KINDS,
  type StudyEvent,
  type StudyEventKind,
} from './corrections/events.ts';
export type { Correcting } from './corrections/correction.ts';
export { type CorrectionPath, deleteInstances } from './corrections/deleteInstances.ts';
export { patientOfStudy } from './corrections/patientOfStudy.ts';
export { endedByEvent, endedOfStudy, recoverInstances } from './corrections/recoverInstances.ts';
export { WouldBeCorrectedAgain } from './corrections/wouldBeCorrectedAgain.ts';
export {
  addWebhook,
  advanceWebhook,
  failWebhook,
  findWebhookTarget,
  leaseDueWebhook,
  type LeasedWebhook,
  listWebhooks,
  type NewWebhook,
  releaseWebhook,
  removeWebhook,
  setWebhookActive,
  type Webhook,
  WEBHOOK_FORMATS,
  type WebhookFormat,
  type WebhookBackoff,
  type WebhookState,
  webhookState,
  webhookUrlProblem,
} from './webhooks.ts';
export { decideKeptAside, findKeptAside, type KeptAside } from './corrections/keptAside.ts';
export { type NoteWait, readRejectionNote, REJECTION_NOTE } from './corrections/noteDocuments.ts';
export {
  type ExportedFile,
  type ExportFilter,
  type ExportJob,
  type ExportOptions,
  type ExportState,
  EXPORTS_PREFIX,
  type LeasedStudy,
  type NewExport,
  type StudyManifest,
} from './exports/exportJob.ts';
export {
  cancelExport,
  countExport,
  createExport,
  findExport,
  listExports,
  releaseExport,
} from './exports/exports.ts';
export {
  exportedStudies,
  type ExportedStudy,
  exportObjectKey,
  failStudy,
  finishStudy,
  LEASE_SECONDS,
  leaseStudy,
  putBackStudy,
  removeEndedExports,
  renewLease,
} from './exports/exportWork.ts';
export { LONGEST_SHARE_HOURS } from './shares/longestShare.ts';
export { forgetShares } from './shares/forgetShares.ts';
export { FAILURES_KEPT_DAYS } from './shares/shareFailures.ts';
export {
  exportDeidentifier,
  openDeidentifier,
  readSubject,
  type SubjectStudy,
} from './exports/exportDeidentifier.ts';
export { entryOf, exportArchive, exportTables, linkageLines } from './exports/exportArchive.ts';
export {
  centralDirectory,
  centralHeader,
  dataDescriptor,
  directoryEnd,
  localHeader,
  type WrittenEntry,
  type ZipEntry,
} from './exports/zipRecords.ts';
export {
  createHold,
  isDayOver,
  type HoldFilter,
  isHeld,
  type LegalHold,
  listHolds,
  MAX_HOLD_REASON,
  type NewHold,
  releaseHold,
} from './holds/holds.ts';
export {
  INPATIENT_YEARS,
  OUTPATIENT_YEARS,
  readRetention,
  RetentionNotOver,
  type RetentionReport,
  type RetentionRuleOf,
  setRetention,
} from './holds/retention.ts';
export {
  EARLY_ANSWERS,
  type EarlyAnswer,
  type EarlyDeletionPolicy,
  readEarlyDeletion,
  setEarlyDeletion,
  WRONG_REASONS,
} from './holds/earlyDeletion.ts';
export { removeFormer } from './corrections/removeFormer.ts';
export {
  findVersion,
  type FormerVersion,
  type HistoryEvent,
  type HistoryFilter,
  hospitalsOfPath,
  readEvents,
  readVersions,
} from './corrections/history.ts';
export { readStored } from './indexing/readStored.ts';
export { reindex, type ReindexOptions, type ReindexReport } from './reindex/reindex.ts';
export { CORRECTABLE, type CorrectedValues, isJudgedBy } from './patientCorrections/correctedValues.ts';
export {
  MAX_CORRECTED_STUDIES,
  recordPatientCorrection,
  TooManyStudies,
} from './patientCorrections/recordCorrection.ts';
export type { CorrectionRequest, PatientIdentity, PatientValues } from './patientCorrections/requests.ts';
export { LaterCorrections, undoPatientCorrection } from './patientCorrections/undoCorrection.ts';
export {
  CORRECTING_SYSTEM,
  outstandingChanges,
  type WantedAttributes,
} from './patientCorrections/outstandingChanges.ts';
export {
  endRestoring,
  type InstanceToCorrect,
  readPendingCorrection,
  type StudyToCorrect,
} from './patientCorrections/pendingInstances.ts';
export { type CorrectedBatch, saveCorrectedInstances } from './patientCorrections/saveCorrected.ts';
export {
  type CorrectionProgress,
  listPatientCorrections,
  type PatientCorrection,
  readCorrectionFailures,
  readPatientCorrection,
  retryPatientCorrection,
} from './patientCorrections/readCorrections.ts';
export {
  MAX_SEARCH_ATTRIBUTES,
  SEARCHABLE_VRS,
  type SearchableKind,
  searchableNumber,
  searchAttributeTag,
} from './searchAttributes/searchAttribute.ts';
export {
  addSearchAttribute,
  listSearchAttributes,
  type RegisteredAttribute,
  registeredAttributes,
  type RegisteredState,
  removeSearchAttribute,
} from './searchAttributes/registry.ts';
export { fillSearchAttributes, type FillStep, noteFillFailure } from './searchAttributes/fillValues.ts';
export {
  type AuditAction,
  AUDIT_ACTIONS,
  type AuditActor,
  type AuditEvent,
  type AuditSubject,
  NOBODYS,
} from './audit/auditEvent.ts';
export { archiveAudit, type ArchiveFault, verifyArchives } from './audit/archive.ts';
export { anchorAudit, AUDIT_ANCHORS_PREFIX, type AuditHead, readAnchors } from './audit/anchors.ts';
export { AuditUnavailable, AuditWriter } from './audit/auditWriter.ts';
export {
  type AuditDay,
  type AuditFilter,
  countAudit,
  EVERY_AUDIT_EVENT,
  readAudit,
  type ReadAuditEvent,
  type StoredAuditEvent,
} from './audit/readAudit.ts';
export {
  HISTORY_KINDS,
  type HistoryEntry,
  type HistoryKind,
  type HistoryStudy,
  type PatientHistory,
  patientHistory,
} from './audit/patientHistory.ts';
export {
  ALERT_RULES,
  type AlertRule,
  findUnusualUse,
  noteTold,
  type UnusualUse,
} from './audit/unusualUse.ts';
export {
  beginVerification,
  readVerifications,
  runVerification,
  type VerificationRun,
} from './audit/verifications.ts';
export { type AuditFault, type AuditVerification, verifyAudit } from './audit/verifyAudit.ts';
export {
  confirmDelivery,
  type Confirmed,
  destinationStates,
  type DestinationState,
  leaseDestination,
  type LeasedDestination,
  pendingWriters,
  type PendingWriter,
  readWriterEvents,
  registerDestinations,
  releaseDestination,
} from './audit/auditExport.ts';
export { auditEventId, dicomAuditMessage, dicomAuditMessages } from './audit/messages/dicomMessage.ts';
export { AUDIT_WORDS, wordsOf } from './audit/messages/eventCodes.ts';
export { fhirAuditEvent, fhirBundle } from './audit/messages/fhirAuditEvent.ts';
export {
  catalogueDocument,
  type CatalogueEvent,
  catalogueEvents,
  CatalogueReader,
  cataloguesInForce,
  type CatalogueState,
  type CatalogueVersion,
  findCatalogue,
  listCatalogues,
  studiesOfCatalogues,
} from './catalogues/catalogueVersions.ts';
export { affectedStudies, type AffectedStudies, dayOf } from './catalogues/affected.ts';
export {
  type CatalogueChange,
  type CatalogueChangeOutcome,
  changeCatalogueState,
} from './catalogues/changeState.ts';
export { type CatalogueToImport, importCatalogue, type ImportOutcome } from './catalogues/importCatalogue.ts';
export { lockCatalogues } from './catalogues/lock.ts';
export {
  type ExamFilter,
  filterValues,
  FILTERED,
  type ReevaluationFilter,
  STUDY_DAY,
} from './reevaluation/filter.ts';
export {
  beginEngineReevaluation,
  beginReevaluation,
  cancelReevaluation,
  listReevaluations,
  type NewReevaluation,
  type Reevaluation,
  type ReevaluationReason,
} from './reevaluation/reevaluations.ts';
export { type Account, endSessionsOf, type Role, type RoleGrant, ROLES } from './accounts/account.ts';
export {
  type AccountChangeKind,
  type AccountEvent,
  accountHistory,
  type Administering,
} from './accounts/accountRecord.ts';
export {
  type AccountFilter,
  createAccount,
  findAccount,
  findAccounts,
  listAccounts,
  UsernameRefused,
} from './accounts/accounts.ts';
export {
  type AccountChange,
  AccountChanged,
  changeAccount,
  endAllSessions,
  givePassword,
  LastAdministrator,
  liftSecondFactor,
  resetPassword,
  setDisabled,
  setRoles,
} from './accounts/changeAccount.ts';
export { type PasswordFault, PasswordsBusy } from './accounts/password.ts';
export { signIn, type SignInAttempt, type SignInMeans, type SignInOutcome } from './accounts/signIn.ts';
export { changePassword, type PasswordChange } from './accounts/changePassword.ts';
export { confirmTotp, endTotp, offerTotp, renewRecoveryCodes } from './accounts/secondFactor.ts';
export { endEverything } from './accounts/endEverything.ts';
export { beginFlow, FLOW_SECONDS, type ProviderFlow, takeFlow } from './accounts/providers/flows.ts';
export { findExternalAccount, type LinkedAccount } from './accounts/providers/findExternalAccount.ts';
export { externalAccount, type ExternalPerson } from './accounts/providers/externalAccount.ts';
export {
  type ExternalSignIn,
  type ProviderGrant,
  signInExternally,
} from './accounts/providers/externalSignIn.ts';
export {
  confirmCheck,
  type DueCheck,
  endByLogoutToken,
  endUnconfirmed,
  postponeCheck,
  takeDueChecks,
  takeIdToken,
} from './accounts/providers/providerSessions.ts';
export type { OwnPassword } from './accounts/ownPassword.ts';
export { readAccountSecurity, type StoredSecurity } from './accounts/accountSecurity.ts';
export { forgetOldAttempts, networkOf } from './accounts/signInAttempts.ts';
export { renewFactor, revokeShare, revokeSharesOf } from './shares/changeShare.ts';
export { createShare } from './shares/createShare.ts';
export {
  endedShares,
  endOfSession,
  findOpenedShare,
  type OpenedShare,
  readShareOpenings,
  stateOfShare,
} from './shares/openedShare.ts';
export { fitsSignIn, openShare } from './shares/openShare.ts';
export type { ShareOpener, ShareOpening, ShareOutcome } from './shares/shareOutcome.ts';
export {
  ANY_SHARE,
  readShares,
  SHARE_STATES,
  type ShareFilter,
  type ShareState,
} from './shares/readShares.ts';
export {
  type Guardian,
  GUARDIAN_RELATIONS,
  isMade,
  type NewShare,
  type Share,
  SHARE_AUDIENCES,
  SHARE_FACTORS,
  type SharedContent,
  type ShareFactor,
  type ShareSignIn,
} from './shares/share.ts';
export { readShareFailures } from './shares/shareFailures.ts';
export {
  NO_SHARE_POLICY,
  readSharePolicy,
  setSharePolicy,
  shareLimits,
  type SharePolicy,
} from './shares/sharePolicy.ts';
export {
  addShareReply,
  findShareReply,
  noteReplyTaken,
  MAX_REPLIES,
  readShareReplies,
  REPLY_TYPES,
  type ReplyType,
  type ShareReply,
} from './shares/shareReply.ts';
export {
  type AccountAccess,
  type GrantedStudy,
  type GrantGround,
  type Ground,
  GROUNDS,
  type OpenedHospital,
} from './access/accountAccess.ts';
export {
  ACCESS_PURPOSES,
  type AccessPolicy,
  type AccessRules,
  DISCOVERABLE,
  type Discoverable,
  endPolicy,
  policyOf,
  readFormerPolicies,
  readPolicies,
  savePolicy,
} from './access/policies.ts';
export {
  countAttempt,
  countSearch,
  findReference,
  type FoundElsewhere,
  MAX_SEARCHES,
  noteReferences,
} from './access/references.ts';
export {
  type AccessGrant,
  createGrant,
  endGrant,
  type GrantFilter,
  type NewAccessGrant,
  readGrants,
} from './access/grants.ts';
export {
  type AccessNotice,
  answerNotice,
  countUnread,
  NOTICE_STATES,
  type NoticeState,
  readNotices,
} from './access/notices.ts';
export { chooseSessionPurpose } from './access/sessionPurpose.ts';
export { type ExamAsked, type ExamItems, itemsOfExam, type ItemsOfExamParts } from './orders/itemsOfExam.ts';
export {
  listRecognitionPolicies,
  readRecognitionPolicy,
  type RecognitionPolicyVersion,
  saveRecognitionPolicy,
} from './reminders/recognitionPolicy.ts';
export {
  type AskedOrder,
  NO_MATCH_REASONS,
  type NoMatchReason,
  type Reminder,
  type ReminderChannel,
  type ReminderMatch,
  type ReminderRequest,
} from './reminders/reminder.ts';
export { MOST_MATCHES, remind, type Reminded, type ReminderWorld } from './reminders/remind.ts';
export { findMatches, type MatchQuery, matchStatement } from './reminders/findMatches.ts';
export { createReminderCard, openReminderCard } from './reminders/reminderCards.ts';
export {
  listReminders,
  noteReminderView,
  type RecordedMatch,
  type RecordedReminder,
  reminderById,
  type ReminderFilter,
  remindersOfCall,
} from './reminders/readReminders.ts';
export {
  type CdsClient,
  createCdsClient,
  endCdsClient,
  findCdsClient,
  listCdsClients,
  type NewCdsClient,
  useCdsToken,
} from './reminders/cdsClients.ts';
export { newCdsClientSchema } from './reminders/newCdsClient.ts';
export { calculateFigures, type FiguresWanted } from './figures/calculateFigures.ts';
export { dayIn, isMonth, isTimeZone, monthAfter, monthOf } from './figures/period.ts';
export {
  addPrices,
  listPrices,
  type NewPrice,
  type PriceEntry,
  type PriceFilter,
  type PriceOutcome,
  revokePrice,
} from './figures/prices.ts';
export {
  fenOf,
  isPriceLevel,
  isPriceRegion,
  MOST_FEN,
  type PriceTable,
  readPriceTable,
} from './figures/priceTable.ts';
export {
  digestOf,
  findReport,
  keepReport,
  lastReports,
  listReports,
  makeReport,
  type MonthlyReport,
  type ReportEntry,
  type ReportVerification,
  verifyReport,
} from './figures/reports.ts';
export {
  type MessageOutcome,
  type MessageSource,
  MOST_ORDERS,
  MOST_PATIENTS,
  MOST_REPORTS,
  orderMessage,
  type OrderMessage,
  patientMessage,
  type PatientMessage,
  reportMessage,
  type ReportMessage,
} from './orders/messages.ts';
export { noteOrderedExams } from './orders/noteOrderedExams.ts';
export { ordersOfStudies } from './orders/ordersOfStudies.ts';
export {
  isPdf,
  keepDocument,
  type KeptDocument,
  LARGEST_DOCUMENT,
  REPORTS_PREFIX,
  sweepReportDocuments,
} from './orders/reportDocuments.ts';
export { saveOrders } from './orders/saveOrders.ts';
export { reportKey, type ReportToSave, type SavedReport, saveReports } from './orders/saveReports.ts';
export {
  REPORT_OF_STUDY,
  reportsOfStudy,
  type ReportVersion,
  versionsOfReport,
} from './orders/readReports.ts';
export {
  reportTurnaround,
  type ReportTime,
  slowestReports,
  TURNAROUND,
  TURNAROUND_TARGETS,
  type TurnaroundFigure,
  type TurnaroundPeriod,
  type TurnaroundTargets,
} from './orders/turnaround.ts';

export { fhirDate, fhirDateTime, HOME_OFFSET, isRealDay } from './fhir/dates.ts';
export {
  HR_LABEL_EXTENSION,
  imagingStudy,
  type ImagingStudyOptions,
  type ImagingStudyRow,
} from './fhir/imagingStudy.ts';
export {
  HOSPITAL_LEVEL_EXTENSION,
  organization,
  type OrganizationFacts,
  RECOGNITION_SCOPE_EXTENSION,
} from './fhir/organization.ts';
export { readImagingStudies, readImagingStudy } from './fhir/readImagingStudies.ts';
export {
  accessionSystem,
  FHIR_ID,
  FHIR_SYSTEMS,
  hospitalOfPatientIds,
  imagingStudyId,
  orderSystem,
  patientIdSystem,
  reportSystem,
  studyOfId,
} from './fhir/references.ts';
export { listOrders, type ListedOrder, type OrderFilter } from './orders/listOrders.ts';
export {
  countUnseenFailures,
  findTaken,
  type InboxCounts,
  type InboxError,
  type InboxFile,
  listInbox,
  markSeen,
  recordTaken,
  type TakenFile,
} from './orders/inboxFiles.ts';
export {
  type GivenIdentifier,
  IDENTIFIER_KINDS,
  type IdentifierKind,
  type IdentifierProblem,
  IdentifierRefused,
} from './persons/identifiers.ts';
export { openPersonKeys, type PersonKeys, PersonKeysMissing } from './persons/personKeys.ts';
export { makePatientsKnown } from './persons/studyPatients.ts';
export { findCandidates } from './persons/candidates.ts';
export { NO_BIRTH_DATES } from './persons/resemblance.ts';
export { type GivenPatient, registerPatient, type RegisteredPatient } from './persons/registerPatient.ts';
export {
  currentPerson,
  patientsOfPerson,
  personByIdentifiers,
  personOfPatient,
  type PersonPatient,
} from './persons/findPersons.ts';
export { type PatientOutcome, savePatients } from './orders/savePatients.ts';
export { readInstant } from './orders/times.ts';
export { type Publication, type PublishedQualification, readPublication } from './registry/publication.ts';
export {
  decideMatch,
  type DecisionFault,
  mergePersons,
  type PersonDecision,
  separatePatients,
  undoDecision,
} from './persons/decidePersons.ts';
export {
  findPersonsOf,
  MATCH_KINDS,
  MATCH_STATES,
  type MatchPatient,
  type PatientStudy,
  type PersonEvent,
  personKeyStates,
  type PersonMatch,
  type PersonPage,
  readMatches,
  readPatientStudies,
  readPerson,
} from './persons/readPersons.ts';
export { checkEnding } from './persons/checkEnding.ts';
export { type PatientFacts, patientResource } from './fhir/patient.ts';
export { type LocalPatient, patientIdsOf, patientKey, patientsOfIds } from './fhir/patientHandles.ts';
export { isHan, readableName } from './readableName.ts';
export { foldName, NAME_SEPARATORS } from './foldName.ts';
