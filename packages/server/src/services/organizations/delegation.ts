/**
 * What the delegation policy says of a call: members that it allows act in the management account's stead, what it
 * denies no other rule gives them.
 *
 * It is asked the questions that the caller's own policies were asked before, so it can never widen those.
 * Not here: what may stand in it (resource-policy-content). Source: organizations spec 8.3; recorded rules B.10.
 */
import type { Question } from '../../authorization/authorizer.ts';
import type { Organization } from '../../store/organizations.ts';
import { resourcePolicyOf } from '../../store/organizations-resource-policy.ts';
import type { ReadCall } from '../operation.ts';

/** `silent`: it neither allows nor denies. */
export type Delegation = 'granted' | 'denied' | 'silent';

type Asking = Pick<ReadCall, 'db' | 'caller' | 'installation' | 'questions'>;

/** Only for members: the management account is not bound by it. Granted means: each of the questions is. */
export async function delegationOf(
  call: Asking,
  { id, managementAccountId: accountId }: Organization,
  questions: readonly Question[] = call.questions ?? [],
): Promise<Delegation> {
  const policy = await resourcePolicyOf(call.db, id);
  if (!policy) return 'silent';
  const allows = (document: string): Promise<boolean> =>
    allAllowed(
      call,
      questions.map((question) => ({ ...question, resourcePolicy: { document, kind: 'resource', accountId } })),
    );
  if (await allows(policy.content)) return questions.length > 0 ? 'granted' : 'silent';
  return (await allows(onlyDenials(policy.content))) ? 'silent' : 'denied';
}

async function allAllowed({ db, caller, installation }: Asking, questions: readonly Question[]): Promise<boolean> {
  for (const question of questions) {
    const decision = await installation.authorizer.decide(db, caller, question);
    if (!decision.allowed) return false;
  }
  return true;
}

/** The policy with everything allowed that it does not deny: whoever is refused by this one is denied by that one. */
function onlyDenials(content: string): string {
  const { Version, Statement } = JSON.parse(content) as { Version: string; Statement: unknown };
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  const denials = statements.filter((statement) => (statement as { Effect: string }).Effect === 'Deny');
  return JSON.stringify({
    Version,
    Statement: [...denials, { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  });
}
