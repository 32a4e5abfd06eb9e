// The rooms and the arrows between them (see docs/architecture.md). A cycle or a forbidden arrow fails the check.
const room = (name, to) => ({
  name: `${name.replace(/\W+/g, '-')}-arrows`,
  severity: 'error',
  from: { path: `^${name}/`, pathNot: '\\.test\\.tsx?$' },
  to: {
    path: '^(packages/[^/]+|storage-config|server|workers|viewer/[^/]+|scripts|test)/',
    pathNot: [`^${name}/`, ...to.map((t) => `^${t}/`)],
  },
});
// Folders of the gateway's features. What two of them need stands in a folder beside them (auth, audit, dicomweb, …).
const FEATURES = [
  'access',
  'accounts',
  'auditTrail',
  'capabilities',
  'catalogues',
  'changes',
  'conformance',
  'corrections',
  'dataProtection',
  'examMappings',
  'exports',
  'health',
  'holds',
  'keys',
  'limits',
  'metrics',
  'oidc',
  'patientCorrections',
  'providers',
  'qido',
  'reviews',
  'session',
  'shares',
  'stow',
  'wado',
  'webhooks',
  'worklist',
];
const feature = `^server/src/(${FEATURES.join('|')})/`;
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    room('packages/dicom', []),
    room('packages/conformance', ['packages/dicom']),
    room('packages/pixels', ['packages/dicom']),
    room('packages/deidentification', ['packages/dicom']),
    room('storage-config', ['packages/dicom', 'packages/conformance', 'packages/deidentification']),
    room('server', [
      'packages/dicom',
      'packages/conformance',
      'packages/pixels',
      'packages/deidentification',
      'storage-config',
    ]),
    room('workers', [
      'packages/dicom',
      'packages/conformance',
      'packages/deidentification',
      'storage-config',
    ]),
    {
      name: 'viewer-imports-types-only',
      severity: 'error',
      from: { path: '^viewer/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^(packages/[^/]+|storage-config|server|workers|scripts|test)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'server-features-do-not-import-each-other',
      severity: 'error',
      from: { path: feature, pathNot: '\\.test\\.ts$' },
      to: { path: feature, pathNot: '^server/src/$1/' },
    },
    {
      name: 'server-never-talks-to-redis',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: 'node_modules/(ioredis|bullmq)' },
    },
    {
      name: 'only-scripts-import-scripts',
      severity: 'error',
      from: { pathNot: '^(scripts|test|bench)/' },
      to: { path: '^scripts/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|data|\\.toolchain)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
