/**
 * What a declarative policy for EC2 may hold.
 * Source: Organizations user guide, "Declarative policy syntax and examples"; `http_tokens_enforced` as
 * policies in use have it. An attribute that AWS adds is refused
 * until it is added here: what it may be set to is not known before.
 */
import { list, map, object, type Schema, single, type ValueRule } from './schema.ts';
import { key, oneOf, scalarText, text } from './value-rules.ts';

const MESSAGE_LENGTH_MAX = 10_000;
/** -1 stands for no preference. */
const HOPS_MAX = 64;
const DAYS_MAX = 2_147_483_647;

const isEnabled = single(oneOf('enabled', 'disabled'));
const preference = single(oneOf('no_preference', 'enabled', 'disabled'));

const days = single(wholeNumber(0, DAYS_MAX));

const criteria = map(
  key(/^criteria_([1-9]|10)$/i, 'criteria_1 to criteria_10'),
  object({
    allowed_image_providers: list(
      text(
        /^(\d{12}|amazon|aws_marketplace|aws_backup_vault)$/,
        'an account id, amazon, aws_marketplace or aws_backup_vault',
      ),
    ),
    image_names: list(text(/^.{1,128}$/su, 'a name of 1 to 128 characters; * and ? stand for others')),
    marketplace_product_codes: list(text(/^[A-Za-z0-9]{1,25}$/, '1 to 25 letters and digits')),
    creation_date_condition: object({ maximum_days_since_created: days }),
    deprecation_time_condition: object({ maximum_days_since_deprecated: days }),
  }),
);

const attributes = object({
  exception_message: single(scalarText(MESSAGE_LENGTH_MAX)),
  vpc_block_public_access: object({
    internet_gateway_block: object({
      mode: single(oneOf('off', 'block_ingress', 'block_bidirectional')),
      exclusions_allowed: isEnabled,
    }),
  }),
  serial_console_access: object({ status: isEnabled }),
  image_block_public_access: object({ state: single(oneOf('unblocked', 'block_new_sharing')) }),
  allowed_images_settings: object({
    state: single(oneOf('enabled', 'disabled', 'audit_mode')),
    image_criteria: criteria,
  }),
  instance_metadata_defaults: object({
    http_tokens: single(oneOf('no_preference', 'required', 'optional')),
    http_put_response_hop_limit: single(wholeNumber(-1, HOPS_MAX)),
    http_endpoint: preference,
    instance_metadata_tags: preference,
    http_tokens_enforced: preference,
  }),
  snapshot_block_public_access: object({ state: single(oneOf('block_all_sharing', 'block_new_sharing', 'unblocked')) }),
});

export const EC2_SCHEMA: Schema = object({ ec2_attributes: attributes }, { required: ['ec2_attributes'] });

/** As a JSON number or as its digits in a string. */
function wholeNumber(min: number, max: number): ValueRule {
  return {
    expected: `a whole number from ${min} to ${max}`,
    accepts: ({ kind, text: digits }) =>
      (kind === 'number' || kind === 'string') &&
      /^-?\d{1,10}$/.test(digits) &&
      Number(digits) >= min &&
      Number(digits) <= max,
  };
}
