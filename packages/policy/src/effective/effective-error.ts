/**
 * Why an effective policy is not valid, as ListEffectivePolicyValidationErrors reports it.
 * Source: organizations spec 6.3, 6.4; recorded rules A.11, B.8, B.9.
 */

export type EffectiveErrorCode =
  | 'KEY_REQUIRED'
  | 'ELEMENTS_TOO_FEW'
  | 'ELEMENTS_TOO_MANY'
  | 'CROSS_ATTRIBUTE_VALIDATION';

export interface EffectiveError {
  /** ErrorCode. */
  readonly code: EffectiveErrorCode;
  /** ErrorMessage. */
  readonly message: string;
  /** PathToError: keys of the effective document joined by slashes, none in front. */
  readonly path: string;
  /** ContributingPolicies: ids in no order that means anything, each once. */
  readonly contributingPolicies: readonly string[];
}

/** Errors with the same code, message and path become one that names the policies of all. */
export function united(errors: readonly EffectiveError[]): readonly EffectiveError[] {
  if (errors.length < 2) return errors;
  const groups = Map.groupBy(errors, ({ code, message, path }) => JSON.stringify([code, message, path]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const contributingPolicies = [...new Set(group.flatMap((error) => error.contributingPolicies))];
    return [{ ...first, contributingPolicies }];
  });
}
