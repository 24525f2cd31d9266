// Which room may import which: the table of docs/architecture.md as rules, types included. A room that is not listed may import nothing of ours.
const rooms = {
  scim: [],
  domain: [],
  provisioning: ['scim', 'domain'],
  persistence: ['domain', 'scim'],
  http: ['provisioning', 'scim', 'domain'],
  jobs: ['domain'],
};
const mayReadSettingsTypes = ['persistence', 'http', 'jobs'];
/** The files that put the rooms together. */
const composition = '^src/(compose|compose-[a-z]+|main|cli)[.]ts$|^src/cli/';

const names = Object.keys(rooms);
const roomRules = names.map((room) => ({
  name: `${room}-imports-only-${rooms[room].join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^(src|test|bin)/', pathNot: [room, ...rooms[room]].map((allowed) => `^src/${allowed}/`) },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'every-file-has-a-room',
      severity: 'error',
      from: { path: '^src/', pathNot: [...names.map((room) => `^src/${room}/`), composition] },
      to: {},
    },
    { name: 'domain-needs-no-package', severity: 'error', from: { path: '^src/domain/' }, to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] } },
    { name: 'pure-rooms-do-nothing-outside', severity: 'error', from: { path: '^src/(scim|domain|provisioning)/' }, to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util|assert|buffer)$' } },
    { name: 'only-the-filter-guard-sees-the-parser', severity: 'error', from: { path: '^src/', pathNot: '^src/scim/filter/' }, to: { path: 'node_modules/scim2-parse-filter/' } },
    {
      name: 'the-doors-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/http/(scim|admin|console)/' },
      to: { path: '^src/http/(scim|admin|console)/', pathNot: '^src/http/$1/' },
    },
    { name: 'settings-as-types-only', severity: 'error', from: { path: `^src/(${mayReadSettingsTypes.join('|')})/` }, to: { path: '^config/', dependencyTypesNot: ['type-only'] } },
    { name: 'no-settings-here', severity: 'error', from: { path: '^src/', pathNot: [...mayReadSettingsTypes.map((room) => `^src/${room}/`), composition] }, to: { path: '^config/' } },
    { name: 'migrations-belong-to-persistence', severity: 'error', from: { path: '^(src|config)/', pathNot: '^src/persistence/' }, to: { path: '^migrations/' } },
    { name: 'migrations-stand-alone', severity: 'error', from: { path: '^migrations/' }, to: { path: '^(src|config|test|bin)/' } },
    { name: 'config-imports-nothing-of-ours', severity: 'error', from: { path: '^config/' }, to: { path: '^(src|test|bin)/' } },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-development-package-at-run-time', severity: 'error', from: { path: '^(src|migrations|config/(settings|setting-shapes|signing-key|schema-files)[.]ts)' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
    { name: 'declared-packages-only', severity: 'error', from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // Without it `import type` would pass unseen.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.mjs', '.js'] },
  },
};
