/**
 * Holdfast's own service: what AWS has no operation for. Signed by Signature Version 4 with the signing name
 * `holdfast`, in AWS's JSON 1.1; IAM's actions are `holdfast:<operation>`.
 */
import { readApi, type Service, validationException } from '@holdfast/wire';
import type { Operation } from '../operation.ts';
import { describePublication } from './describe-publication.ts';
import { explainAccess } from './explain-access.ts';
import { explainEffectivePolicy } from './explain-effective-policy.ts';
import * as model from './model.ts';
import { previewPolicyChange } from './preview-policy-change.ts';
import * as publicationModel from './publication-model.ts';

let api: ReturnType<typeof readApi> | undefined;
const operations: readonly Operation[] = [
  describePublication,
  explainAccess,
  explainEffectivePolicy,
  previewPolicyChange,
];

export const holdfastService: Service<Operation> = {
  name: 'holdfast',
  title: 'Holdfast',
  protocol: { kind: 'awsJson', version: '1.1', target: 'Holdfast' },
  violation: validationException,
  handlers: new Map(operations.map((one) => [one.name, one])),
  operations: () => operations.map(({ name }) => ({ name, implemented: true })),
  api: () => {
    api ??= readApi({ ...model, ...publicationModel });
    return api;
  },
};
