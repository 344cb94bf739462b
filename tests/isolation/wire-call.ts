/**
 * Any operation of any service as a request, made from its schema alone: an official client exists for neither
 * Holdfast's own service nor for inputs that its types forbid.
 */
import { present } from '@holdfast/kernel';
import type { OperationShape, Service, Shape } from '@holdfast/wire';
import type { Credentials, TestServer } from '../../packages/server/src/testing/server.ts';
import { encode, type RawAnswer, type RawRequest, send, sign } from '../../packages/wire/src/testing/raw-request.ts';

export type Input = Readonly<Record<string, unknown>>;

/** An implemented operation. */
export interface Target {
  readonly service: Service;
  readonly shape: OperationShape;
  /** `backup:ListBackupVaults` */
  readonly name: string;
}

/** Every operation that the services have a handler for. */
export function targetsOf(services: readonly Service[]): Target[] {
  return services.flatMap((service) =>
    [...service.handlers.keys()].map((operation) => ({
      service,
      shape: present(service.api().operations.get(operation), operation),
      name: `${service.name}:${operation}`,
    })),
  );
}

export interface Sender {
  readonly server: Pick<TestServer, 'endpoint' | 'installation'>;
  /** Absent: the request goes unsigned. */
  readonly credentials?: Credentials;
  readonly region?: string;
}

export async function call(target: Target, input: Input, sender: Sender): Promise<RawAnswer> {
  const { server, credentials, region = 'us-east-1' } = sender;
  const plain = requestOf(target, input);
  const at = server.installation.clock.now();
  const request = credentials ? await sign(plain, { service: target.service.name, at, region, ...credentials }) : plain;
  return send(Number(new URL(server.endpoint).port), request);
}

/** The error's code as the protocol carries it; `Success` if there is none. */
export function codeOf({ status, headers, body }: RawAnswer): string {
  if (status < 300) return 'Success';
  const named =
    headers['x-amzn-errortype'] ?? /"__type":"(\w+)"/.exec(body)?.[1] ?? /<Code>(.*?)<\/Code>/.exec(body)?.[1];
  return present(named?.toString(), `an error code in ${body}`);
}

function requestOf(target: Target, input: Input): RawRequest {
  const { protocol } = target.service;
  switch (protocol.kind) {
    case 'awsJson':
      return post(JSON.stringify(input), {
        'content-type': `application/x-amz-json-${protocol.version}`,
        'x-amz-target': `${protocol.target}.${target.shape.name}`,
      });
    case 'awsQuery': {
      const fields = [
        ['Action', target.shape.name],
        ['Version', protocol.version],
        ...formFields(target.shape.input, input, ''),
      ];
      const body = fields.map(([name, value]) => `${name}=${encode(value ?? '')}`).join('&');
      return post(body, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
    }
    case 'restJson1':
      return restRequest(target, input);
  }
}

function post(body: string, headers: Readonly<Record<string, string>>): RawRequest {
  return { method: 'POST', path: '/', query: {}, headers: { host: 'holdfast.test', ...headers }, body };
}

function restRequest({ shape }: Target, input: Input): RawRequest {
  const { method, path } = present(shape.http, `the path of ${shape.name}`);
  const [pattern = '', flags = ''] = path.split('?');
  const query: Record<string, string | string[]> = Object.fromEntries(
    flags.split('&').flatMap((flag) => (flag === '' ? [] : [[flag, '']])),
  );
  const labels = new Map<string, string>();
  const body: Record<string, unknown> = {};
  for (const { name, binding } of shape.input.members) {
    const value = input[name];
    if (value === undefined) continue;
    if (binding.in === 'label') labels.set(name, textOf(value));
    else if (binding.in === 'query') query[binding.name] = Array.isArray(value) ? value.map(textOf) : textOf(value);
    else body[name] = value;
  }
  return {
    method,
    path: pattern.replaceAll(/\{(\w+)\+?\}/g, (_all, name: string) => encode(labels.get(name) ?? 'none')),
    query,
    headers: { host: 'holdfast.test', 'content-type': 'application/json' },
    body: method === 'GET' ? '' : JSON.stringify(body),
  };
}

function formFields(shape: Shape, value: unknown, name: string): [string, string][] {
  if (shape.kind === 'structure') {
    const members = value as Input;
    return shape.members.flatMap((member) =>
      members[member.name] === undefined
        ? []
        : formFields(member.shape(), members[member.name], name === '' ? member.name : `${name}.${member.name}`),
    );
  }
  if (shape.kind === 'list') {
    const items = value as readonly unknown[];
    return items.flatMap((item, index) => formFields(shape.item, item, `${name}.member.${index + 1}`));
  }
  if (shape.kind === 'map') {
    return Object.entries(value as Input).flatMap(([key, item], index) => {
      const entry = `${name}.entry.${index + 1}`;
      return [[`${entry}.key`, key] as [string, string], ...formFields(shape.value, item, `${entry}.value`)];
    });
  }
  return [[name, textOf(value)]];
}

/** A scalar as text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
