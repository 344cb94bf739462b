/**
 * Which part of the house may import which: the arrows of CONTRIBUTING.md as data, and the rules dependency-cruiser
 * makes of them. What is not allowed here is refused; a new room is refused until it has its line.
 *
 * Not here: what the rules are proven with (arrows.test.ts plants one violation for each).
 */

interface Rule {
  readonly name: string;
  readonly comment: string;
  readonly severity: 'error';
  readonly from: Restriction;
  readonly to: Restriction;
}

type Restriction = Readonly<{
  path?: string | readonly string[];
  pathNot?: string | readonly string[];
  circular?: boolean;
  couldNotResolve?: boolean;
  dependencyTypes?: readonly string[];
}>;

/** package → packages it may import. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  policy: ['kernel'],
  wire: ['kernel'],
  'connector-kit': ['kernel'],
  server: ['kernel', 'policy', 'wire', 'connector-kit'],
  // The server only through its AWS API.
  cli: ['kernel', 'policy'],
  console: ['kernel', 'policy'],
  // The server as a program of its own; nothing of it is imported.
  testing: ['server'],
};

/** Packages that also run in a browser: no Node. */
export const PURE = ['kernel', 'policy'];

/** Room of the server → rooms it may import, besides itself and the hall. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  store: [],
  secrets: [],
  // Pure rules of plans, selections, windows and retention, over the shapes that the store keeps.
  plans: ['store'],
  vault: ['store', 'secrets'],
  // A job asks whether its role may do what the job does.
  jobs: ['authorization', 'vault', 'plans', 'store', 'secrets'],
  scheduler: ['jobs', 'plans', 'store'],
  authorization: ['store'],
  // What keeps the record of events knows callers and keys, and no service.
  audit: ['authorization', 'store', 'secrets'],
  services: ['audit', 'scheduler', 'jobs', 'plans', 'authorization', 'federation', 'sign-in', 'store', 'secrets'],
  // The frame of what answers under /_holdfast/; each door knows its own room.
  doors: [],
  // Tokens of the operator's identity providers.
  federation: [],
  // Signing in to the console: passwords, one-time codes, cookies.
  'sign-in': ['doors', 'audit', 'authorization', 'store'],
  // How often who may ask; at the endpoint, before any service.
  throttling: ['authorization'],
  // Doors that empty an ephemeral server, move its clock and let things settle.
  'test-mode': ['doors', 'operator', 'services', 'authorization', 'store'],
  publisher: ['store'],
  reconciler: ['plans', 'store'],
  operator: ['audit', 'services', 'jobs', 'vault', 'authorization', 'sign-in', 'store', 'secrets'],
  // The contract of connector-kit is all they know; main.ts hands them to jobs.
  connectors: [],
};

/**
 * Files of the server that every room but `connectors` may import: types of what main.ts hands out, and the one home of
 * timers.
 */
export const HALL = ['background.ts', 'installation.ts', 'settings.ts'];

/**
 * Files of the server that only main.ts, index.ts and each other may import: they read the configuration and build
 * things.
 */
export const BUILDERS = [
  'main.ts',
  'start-server.ts',
  'start-ephemeral.ts',
  'ephemeral-lives.ts',
  'start-refusal.ts',
  'front.ts',
  'life.ts',
  'config.ts',
];

/** Folders that look inside the house and that nobody looks at. */
export const OUTSIDE = ['bench', 'demo', 'sim', 'tests', 'tools'];

const TESTS = ['\\.test\\.tsx?$', '/testing/'];
const inServer = (names: readonly string[]): string => `^packages/server/src/(${names.join('|')})`;
const either = (names: readonly string[]): string => `(${names.map((name) => name.replace('.', '\\.')).join('|')})`;

export function rules(): Rule[] {
  return [...packageRules(), ...roomRules(), ...outsideRules(), ...everywhereRules()];
}

function packageRules(): Rule[] {
  const arrows = Object.entries(PACKAGES).map(([name, allowed]) =>
    refuse(
      `package-${name}`,
      allowed.length > 0
        ? `${name} imports ${allowed.join(', ')} and no other package of ours`
        : `${name} stands alone`,
      { path: `^packages/${name}/` },
      { path: '^packages/', pathNot: `^packages/${either([name, ...allowed])}/` },
    ),
  );
  return [
    ...arrows,
    refuse(
      'package-unknown',
      'a new package gets its line in tools/checks/arrows.ts first',
      { path: '^packages/', pathNot: `^packages/${either(Object.keys(PACKAGES))}/` },
      {},
    ),
    refuse(
      'package-through-index',
      'packages are entered through src/index.ts only',
      { path: '^packages/([^/]+)/' },
      { path: '^packages/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$'] },
    ),
    refuse(
      'package-pure',
      'runs in browsers too: no module of Node',
      { path: `^packages/${either(PURE)}/`, pathNot: TESTS },
      { dependencyTypes: ['core'] },
    ),
  ];
}

function roomRules(): Rule[] {
  const arrows = Object.entries(ROOMS).map(([name, allowed]) => {
    const hall = name === 'connectors' ? [] : HALL.map((file) => `${file.replace('.', '\\.')}$`);
    return refuse(
      `room-${name}`,
      allowed.length > 0 ? `${name} imports ${allowed.join(', ')} and no other room` : `${name} imports no other room`,
      { path: inServer([`${name}/`]), pathNot: TESTS },
      {
        path: '^packages/server/src/',
        pathNot: [inServer([...[name, ...allowed].map((room) => `${room}/`), ...hall]), ...TESTS],
      },
    );
  });
  return [
    ...arrows,
    refuse(
      'room-unknown',
      'a new room of the server gets its line in tools/checks/arrows.ts first',
      {
        path: '^packages/server/src/[^/]+/',
        pathNot: [inServer(Object.keys(ROOMS).map((room) => `${room}/`)), ...TESTS],
      },
      {},
    ),
    refuse(
      'hall-of-types',
      'what every room may import holds types and timers, and builds nothing',
      { path: inServer([`${either(HALL)}$`]) },
      {
        path: inServer([
          `${either(['services', 'scheduler', 'jobs', 'publisher', 'reconciler', 'operator', 'connectors'])}/`,
        ]),
      },
    ),
    refuse(
      'services-apart',
      'services never import one another; what two need lies beside their folders or in a room below',
      { path: '^packages/server/src/services/([^/]+)/', pathNot: TESTS },
      { path: '^packages/server/src/services/[^/]+/', pathNot: '^packages/server/src/services/$1/' },
    ),
    refuse(
      'connectors-apart',
      'a connector knows no other connector',
      { path: '^packages/server/src/connectors/([^/]+)/', pathNot: TESTS },
      { path: '^packages/server/src/connectors/[^/]+/', pathNot: '^packages/server/src/connectors/$1/' },
    ),
    refuse(
      'connectors-contract',
      'of our packages a connector knows connector-kit, its contract, and the words of kernel',
      { path: '^packages/server/src/connectors/', pathNot: TESTS },
      { path: '^packages/', pathNot: '^packages/(server|connector-kit|kernel)/' },
    ),
    refuse(
      'main-builds',
      'only main.ts reads the configuration and builds things',
      { path: '^packages/server/src/', pathNot: [inServer([`${either([...BUILDERS, 'index.ts'])}$`]), ...TESTS] },
      { path: inServer([`${either(BUILDERS)}$`]) },
    ),
  ];
}

function outsideRules(): Rule[] {
  return [
    refuse(
      'nothing-looks-at-tests',
      'tests and their tools are not part of the product; conformance is a test that is a command too',
      { pathNot: ['^(bench|sim|tests)/', '^tools/conformance', '^vitest\\.config\\.ts$', ...TESTS] },
      { path: ['\\.test\\.tsx?$', '^packages/.+/testing/'] },
    ),
    refuse(
      'nothing-looks-at-outside',
      'demo, tests, bench, sim and tools look inside; nothing looks at them',
      { path: '^([^/]+)/' },
      { path: `^${either(OUTSIDE)}/`, pathNot: '^$1/' },
    ),
  ];
}

function everywhereRules(): Rule[] {
  return [
    refuse('no-cycles', 'a cycle has no order to be read in; cut it with a type of its own', {}, { circular: true }),
    refuse('resolvable', 'an import that leads nowhere', {}, { couldNotResolve: true }),
    refuse(
      'declared',
      'a package that package.json does not name may be gone tomorrow',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    refuse(
      'not-for-development-only',
      'the product runs without devDependencies',
      { path: '^packages/', pathNot: TESTS },
      { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    ),
  ];
}

function refuse(name: string, comment: string, from: Restriction, to: Restriction): Rule {
  return { name, comment, severity: 'error', from, to };
}
