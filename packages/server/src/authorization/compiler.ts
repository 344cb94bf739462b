/**
 * Compiled policy documents, kept by text: policies are read anew with each request and compiled once.
 */
import { type PolicyDocument, type PolicyKind, PolicyProblem, readPolicy } from './policy-document.ts';

const COMPILED_MAX = 5_000;

export type Compile = (document: string, kind: PolicyKind) => PolicyDocument;

/** INVARIANT: a document that is stored was read once already, so reading it again cannot fail. */
export function cachedCompiler(): Compile {
  // A map a kind: a key of kind and text would be a new text, to be hashed anew, with each look.
  const compiled: Readonly<Record<PolicyKind, Map<string, PolicyDocument>>> = {
    identity: new Map(),
    trust: new Map(),
    resource: new Map(),
  };
  return (document, kind) => {
    const ofKind = compiled[kind];
    let policy = ofKind.get(document);
    if (!policy) {
      policy = readPolicy(document, kind);
      if (ofKind.size >= COMPILED_MAX) ofKind.clear();
      ofKind.set(document, policy);
    }
    return policy;
  };
}

export const NOTHING: PolicyDocument = { statements: [], looksAtTags: false, looksAtOwner: false };

/** Sid of the statement that stands for a document that is not understood. */
export const UNREADABLE = 'Unreadable';

const DENY_ALL = readPolicy(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: UNREADABLE, Effect: 'Deny', Action: '*', Resource: '*' }],
  }),
  'identity',
);

/**
 * A service or resource control policy. Those from before their content was read may hold what is not understood: such
 * a one denies, until the management account, which none binds, has mended it.
 */
export function compileControl(compile: Compile, document: string, kind: 'service' | 'resource'): PolicyDocument {
  try {
    return compile(document, kind === 'service' ? 'identity' : 'resource');
  } catch (error) {
    if (error instanceof PolicyProblem) return DENY_ALL;
    throw error;
  }
}
