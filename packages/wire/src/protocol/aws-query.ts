/**
 * awsQuery: a form (or a query) with Action and Version; answers are XML.
 *
 * Source: the Smithy specification of awsQuery; the codes of "Common errors" in the API references of IAM and STS.
 */
import { AwsError } from '../aws-error.ts';
import { MissingAction, UnknownOperation } from '../common-errors.ts';
import { formTree } from '../input/form.ts';
import { element, escapeXml, type XmlWriter, xmlStructureWriter } from '../output/xml.ts';
import { bodyText, parseQuery, type WireAnswer, type WireRequest } from '../request.ts';
import type { Api, StructureShape } from '../shape.ts';
import { describeError, type Protocol, remembered } from './protocol.ts';

const CONTENT_TYPE = 'text/xml';

/** Common errors that awsQuery spells in its own way; the others lose their ending `Exception`. */
const CODES = new Map([
  ['InvalidSignatureException', 'SignatureDoesNotMatch'],
  ['MalformedHttpRequestException', 'MalformedHttpRequestException'],
  ['NotImplementedException', 'NotImplemented'],
  ['SerializationException', 'MalformedInput'],
  ['UnknownOperationException', 'InvalidAction'],
  ['UnrecognizedClientException', 'InvalidClientTokenId'],
]);

export function awsQuery(api: Api, version: string, xmlNamespace: string): Protocol {
  const writer = remembered<StructureShape, XmlWriter>((shape) => xmlStructureWriter(shape));
  const open = (name: string) => `<${name} xmlns="${xmlNamespace}">`;
  return {
    body: 'text',
    find: (request) => {
      const fields = fieldsOf(request);
      const operation = actionOf(new Map(fields), version, api);
      return { operation, raw: (shape) => formTree(shape.input, fields) };
    },
    answer: (operation, output, requestId) => {
      const { name } = operation;
      const result = operation.noOutput ? '' : element(`${name}Result`, writer(operation.output)(output ?? {}));
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      return xml(200, `${open(`${name}Response`)}${result}${metadata}</${name}Response>`);
    },
    failure: (error, requestId) => {
      const described = describeError(api, error);
      // STS models an ExpiredTokenException of its own beside the one that every service has.
      const shape = error.httpStatus === undefined ? described.shape : undefined;
      const status = shape?.query?.httpStatus ?? shape?.httpStatus ?? error.httpStatus ?? 400;
      const code = shape ? (shape.query?.code ?? error.code) : queryCode(error.code);
      const rest = shape
        ? writer(shape.structure)({ ...described.members, message: undefined, Message: undefined })
        : '';
      const content =
        element('Type', status < 500 ? 'Sender' : 'Receiver') +
        element('Code', escapeXml(code)) +
        element('Message', escapeXml(error.message)) +
        rest;
      return xml(
        status,
        `${open('ErrorResponse')}${element('Error', content)}${element('RequestId', requestId)}</ErrorResponse>`,
      );
    },
  };
}

function xml(status: number, body: string): WireAnswer {
  return { status, contentType: CONTENT_TYPE, headers: {}, body };
}

function queryCode(code: string): string {
  return CODES.get(code) ?? code.replace(/Exception$/, '');
}

/** Fields of the query and of the body: presigned requests carry them in the query. */
function fieldsOf(request: WireRequest): (readonly [string, string])[] {
  return request.method === 'POST' ? [...request.query, ...parseQuery(bodyText(request.body))] : [...request.query];
}

function actionOf(fields: ReadonlyMap<string, string>, version: string, api: Api): string {
  const action = fields.get('Action');
  if (action === undefined || action === '')
    throw new AwsError(MissingAction, 'The request must contain the parameter Action.');
  const asked = fields.get('Version') ?? version;
  if (asked !== version || !api.operations.has(action)) {
    throw new AwsError(UnknownOperation, `Could not find operation ${action} for version ${asked}`);
  }
  return action;
}
