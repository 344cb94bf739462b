/**
 * Policies that turn a security service on and off by Region: Security Hub, Inspector, Network Security Director.
 *
 * Both lists must be there, which may be empty; a Region in both is off.
 * Source: Organizations user guide on the three policies ("Policy validation", "Policy syntax").
 */
import { list, type ObjectSchema, object, type Schema, type ValueRule } from './schema.ts';
import { region } from './value-rules.ts';

const ALL_REGIONS = 'ALL_SUPPORTED';

const regionOrAll: ValueRule = {
  expected: `${region.expected}, or ${ALL_REGIONS}`,
  accepts: (value, context) =>
    (value.kind === 'string' && value.text === ALL_REGIONS) || region.accepts(value, context),
};

const lists = { enable_in_regions: list(regionOrAll), disable_in_regions: list(regionOrAll) };
const bothLists = { required: ['enable_in_regions', 'disable_in_regions'] };
const byRegion: ObjectSchema = object(lists, bothLists);

export const SECURITY_HUB_SCHEMA: Schema = object({ securityhub: byRegion }, { required: ['securityhub'] });

export const INSPECTOR_SCHEMA: Schema = object(
  {
    inspector: object({
      enablement: object({
        ec2_scanning: byRegion,
        ecr_scanning: byRegion,
        code_repository_scanning: byRegion,
        lambda_standard_scanning: object({ ...lists, lambda_code_scanning: byRegion }, bothLists),
      }),
    }),
  },
  { required: ['inspector'] },
);

export const NETWORK_SECURITY_SCHEMA: Schema = object(
  { network_security_director: object({ enablement: object({ network_security_scan: byRegion }) }) },
  { required: ['network_security_director'] },
);
