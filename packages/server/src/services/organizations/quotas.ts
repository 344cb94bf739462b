/** The quotas of an organization: its own where the operator gave it some, else those of all. */
import type { OrganizationQuotas, Settings } from '../../settings.ts';

export function quotasOf({ quotas, organizationQuotas }: Settings, organizationId: string): OrganizationQuotas {
  return { ...quotas, ...organizationQuotas?.[organizationId] };
}
