import { expect, test } from 'vitest';
import { admit } from '../admission/admit.ts';
import type { ManagementPolicyType } from '../policy-types.ts';
import { assigned, NOW, setting } from '../testing/documents.ts';

/**
 * Types of which AWS documents the syntax and no answers are recorded: the shapes are those of the Organizations user
 * guide (chat applications, declarative, Security Hub, Inspector and Network Security Director policies).
 */
const chat = (platforms: unknown) => ({ chatbot: { platforms } });
const ec2 = (attributes: unknown) => ({ ec2_attributes: attributes });
const criteria = (name: string, more: unknown) =>
  ec2({ allowed_images_settings: { state: setting('=:enabled'), image_criteria: { [name]: more } } });
const regions = (enable: unknown, disable: unknown) => ({ enable_in_regions: enable, disable_in_regions: disable });
const both = regions(setting('=ALL_SUPPORTED'), { '@@assign': [] });
const inspector = (enablement: unknown) => ({ inspector: { enablement } });
const ids = (count: number) => Array.from({ length: count }, (_, index) => `T${index}`);

test.each<[rule: string, type: ManagementPolicyType, policy: unknown]>([
  [
    'every setting of chat platforms',
    'CHATBOT_POLICY',
    {
      chatbot: {
        platforms: {
          slack: {
            client: setting('=:enabled'),
            workspaces: { '@@assign': ids(255) },
            default: assigned({ supported_channel_types: ['private'], supported_role_settings: ['user_role'] }),
            overrides: { T1: { supported_channel_types: setting('+public') } },
          },
          microsoft_teams: {
            client: setting('=:enabled'),
            tenants: { tenant: setting('=team,*') },
            default: { supported_role_settings: setting('=channel_role') },
            overrides: { tenant: { team: { supported_role_settings: setting('=user_role') } } },
          },
          chime: { client: setting('=:disabled') },
        },
        default: { client: setting('=:disabled') },
      },
    },
  ],
  [
    'every attribute of EC2',
    'DECLARATIVE_POLICY_EC2',
    ec2(
      assigned({
        exception_message: 'Ask the platform team',
        vpc_block_public_access: { internet_gateway_block: { mode: 'block_ingress', exclusions_allowed: 'enabled' } },
        serial_console_access: { status: 'disabled' },
        image_block_public_access: { state: 'block_new_sharing' },
        instance_metadata_defaults: {
          http_tokens: 'required',
          http_put_response_hop_limit: '4',
          http_endpoint: 'enabled',
          instance_metadata_tags: 'no_preference',
          http_tokens_enforced: 'enabled',
        },
        snapshot_block_public_access: { state: 'block_all_sharing' },
      }),
    ),
  ],
  [
    'a hop limit as a number, -1 for none',
    'DECLARATIVE_POLICY_EC2',
    ec2({ instance_metadata_defaults: { http_put_response_hop_limit: { '@@assign': -1 } } }),
  ],
  [
    'criteria of images',
    'DECLARATIVE_POLICY_EC2',
    criteria('criteria_10', {
      allowed_image_providers: setting('+amazon,123456789012'),
      image_names: setting('+web-*'),
      marketplace_product_codes: setting('=abc123'),
      creation_date_condition: { maximum_days_since_created: { '@@assign': 0 } },
      deprecation_time_condition: { maximum_days_since_deprecated: setting('=:2147483647') },
    }),
  ],
  ['a Region list of Security Hub that is empty', 'SECURITYHUB_POLICY', { securityhub: both }],
  [
    'lists that only change what is inherited',
    'SECURITYHUB_POLICY',
    { securityhub: regions(setting('+us-east-1'), setting('-us-east-1')) },
  ],
  [
    'every scan of Inspector',
    'INSPECTOR_POLICY',
    inspector({
      ec2_scanning: both,
      ecr_scanning: both,
      code_repository_scanning: both,
      lambda_standard_scanning: { ...both, lambda_code_scanning: both },
    }),
  ],
  [
    'the scan of Network Security Director',
    'NETWORK_SECURITY_DIRECTOR_POLICY',
    { network_security_director: { enablement: { network_security_scan: both } } },
  ],
  ['guardrails of Bedrock by Region', 'BEDROCK_POLICY', { bedrock: { guardrail_inference: { 'us-east-1': {} } } }],
])('admitted: %s', (_rule, type, policy) => {
  expect(admit(type, JSON.stringify(policy), NOW)).toMatchObject({ verdict: 'admitted' });
});

test.each<[rule: string, type: ManagementPolicyType, policy: unknown, fault: string, at: string]>([
  ['a platform is known', 'CHATBOT_POLICY', chat({ slak: {} }), 'unknown-key', 'slak'],
  ['a client is on or off', 'CHATBOT_POLICY', chat({ chime: { client: setting('=:on') } }), 'value', 'client'],
  [
    'workspaces are 255 at most',
    'CHATBOT_POLICY',
    chat({ slack: { workspaces: { '@@assign': ids(256) } } }),
    'too-many-elements',
    'workspaces',
  ],
  [
    'tenants are 36 at most',
    'CHATBOT_POLICY',
    chat({ microsoft_teams: { tenants: Object.fromEntries(ids(37).map((id) => [id, setting('=*')])) } }),
    'too-many-elements',
    'tenants',
  ],
  [
    'Teams has no types of channels',
    'CHATBOT_POLICY',
    chat({ microsoft_teams: { default: { supported_channel_types: setting('=public') } } }),
    'unknown-key',
    'supported_channel_types',
  ],
  [
    'a state is one that the attribute has',
    'DECLARATIVE_POLICY_EC2',
    ec2({ image_block_public_access: { state: setting('=:block_all_sharing') } }),
    'value',
    'state',
  ],
  [
    'a hop limit is at most 64',
    'DECLARATIVE_POLICY_EC2',
    ec2({ instance_metadata_defaults: { http_put_response_hop_limit: setting('=:65') } }),
    'value',
    'http_put_response_hop_limit',
  ],
  ['criteria are ten', 'DECLARATIVE_POLICY_EC2', criteria('criteria_11', {}), 'key-name', 'criteria_11'],
  [
    'an image provider is an account or known by name',
    'DECLARATIVE_POLICY_EC2',
    criteria('criteria_1', { allowed_image_providers: setting('=me') }),
    'value',
    'allowed_image_providers',
  ],
  [
    'both lists of Regions are there',
    'SECURITYHUB_POLICY',
    { securityhub: { enable_in_regions: setting('=us-east-1') } },
    'missing-key',
    'securityhub',
  ],
  [
    'a Region exists',
    'SECURITYHUB_POLICY',
    { securityhub: regions(setting('=us-east-9'), setting('=us-east-1')) },
    'value',
    'enable_in_regions',
  ],
  ['a scan is known', 'INSPECTOR_POLICY', inspector({ s3_scanning: both }), 'unknown-key', 's3_scanning'],
  [
    'each scan says both lists',
    'INSPECTOR_POLICY',
    inspector({ lambda_standard_scanning: { ...both, lambda_code_scanning: {} } }),
    'missing-key',
    'lambda_code_scanning',
  ],
])('refused: %s', (_rule, type, policy, code, at) => {
  const admission = admit(type, JSON.stringify(policy), NOW);
  expect(admission).toMatchObject({
    verdict: 'malformed',
    diagnostics: expect.arrayContaining([expect.objectContaining({ code })]),
  });
  if (admission.verdict !== 'malformed') return;
  expect(admission.diagnostics.find((found) => found.code === code)?.path).toContain(at);
});
