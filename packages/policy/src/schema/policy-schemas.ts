/**
 * The schema of each management policy type.
 *
 * Backup and tag policies are described whole, from recorded answers of AWS; AI opt-out, S3, chat, EC2, Security Hub,
 * Inspector and Network Security Director policies as far as AWS documents them. Of Bedrock policies the outermost key
 * is known; of the rest only that the common grammar holds.
 * Source: recorded notes on effective policies (kinds `fact`), organizations spec 4.6 (A1 to A3), and the pages of the
 * Organizations user guide that the files name.
 */
import { folded } from '../document/policy-document.ts';
import type { ManagementPolicyType } from '../policy-types.ts';
import { BACKUP_SCHEMA } from './backup-schema.ts';
import { CHAT_SCHEMA } from './chat-schema.ts';
import { EC2_SCHEMA } from './ec2-schema.ts';
import { INSPECTOR_SCHEMA, NETWORK_SECURITY_SCHEMA, SECURITY_HUB_SCHEMA } from './enablement-schemas.ts';
import { any, type KeyRule, map, object, type Schema, single } from './schema.ts';
import { TAG_SCHEMA } from './tag-schema.ts';
import { oneOf } from './value-rules.ts';

const AI_SERVICES: ReadonlySet<string> = new Set([
  'default',
  'aidevops',
  'aiops',
  'awssupplychain',
  'chimesdkvoiceanalytics',
  'cloudwatch',
  'codeguruprofiler',
  'codewhisperer',
  'comprehend',
  'connect',
  'connectamd',
  'connectoptimization',
  'contactlens',
  'datazone',
  'entityresolution',
  'frauddetector',
  'glue',
  'guardduty',
  'lex',
  'polly',
  'q',
  'quicksightq',
  'rekognition',
  'securitylake',
  'textract',
  'transcribe',
  'translate',
]);

const aiService: KeyRule = {
  expected: 'the name of an AI service, or default',
  accepts: (name) => AI_SERVICES.has(folded(name)),
};

export const POLICY_SCHEMAS: Readonly<Record<ManagementPolicyType, Schema>> = {
  BACKUP_POLICY: BACKUP_SCHEMA,
  TAG_POLICY: TAG_SCHEMA,
  AISERVICES_OPT_OUT_POLICY: object(
    { services: map(aiService, object({ opt_out_policy: single(oneOf('optIn', 'optOut')) })) },
    { required: ['services'] },
  ),
  S3_POLICY: object(
    { s3_attributes: object({ public_access_block_configuration: single(oneOf('all', 'none')) }) },
    { required: ['s3_attributes'] },
  ),
  CHATBOT_POLICY: CHAT_SCHEMA,
  DECLARATIVE_POLICY_EC2: EC2_SCHEMA,
  SECURITYHUB_POLICY: SECURITY_HUB_SCHEMA,
  SECURITYHUB_CSPM_POLICY: any,
  INSPECTOR_POLICY: INSPECTOR_SCHEMA,
  BEDROCK_POLICY: object({ bedrock: any }, { required: ['bedrock'] }),
  GUARDDUTY_POLICY: any,
  NETWORK_SECURITY_DIRECTOR_POLICY: NETWORK_SECURITY_SCHEMA,
  UPGRADE_ROLLOUT_POLICY: any,
};
