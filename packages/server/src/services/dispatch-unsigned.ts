/**
 * The way of a request that nobody signed to the operation that takes it. There is no caller to authorize: the handler
 * decides by what the input proves.
 */
import { assert, present } from '@holdfast/kernel';
import type { InvokeUnsigned } from '@holdfast/wire';
import type { Installation } from '../installation.ts';
import type { ServiceOfOperations } from './dispatch.ts';
import { requestContext } from './request-context.ts';

export function unsignedDispatcher(
  installation: Installation,
  services: readonly ServiceOfOperations[],
): InvokeUnsigned {
  const byName = new Map(services.map((service) => [service.name, service.handlers]));
  // Without a credential scope no region is named: the request is for the one where all that has none stands.
  const { name: region } = present(installation.settings.regions[0], 'the default region');
  return async (invocation) => {
    const { service, operation: name, input, requestId } = invocation;
    const operation = byName.get(service)?.get(name);
    assert(operation?.run.kind === 'unsigned', `${service}:${name} came without a signature, and needs one`);
    // The wire layer has checked the input against the operation's schema.
    const output = await operation.run.handle(input as never, {
      installation,
      now: installation.clock.now(),
      requestId,
      requestContext: requestContext({ ...invocation, region }),
    });
    await installation.audit.recordUnsigned(invocation, region, output);
    return output;
  };
}
