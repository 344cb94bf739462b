/**
 * What a policy of chat applications may hold.
 * Source: Organizations user guide, "Chat applications policy syntax", with the limits written there.
 */
import { list, map, object, type Schema, single } from './schema.ts';
import { itemText, key, oneOf } from './value-rules.ts';

const WORKSPACES_MAX = 255;
const TENANTS_MAX = 36;
const TEAMS_MAX = 36;
/** No guide says how long they are; this is far above what the platforms give. */
const ID_LENGTH_MAX = 255;

const isEnabled = single(oneOf('enabled', 'disabled'));
const supported_channel_types = list(oneOf('public', 'private'));
const supported_role_settings = list(oneOf('user_role', 'channel_role'));
const id = itemText(ID_LENGTH_MAX);
const idKey = key(/^.{1,255}$/su, `an id of at most ${ID_LENGTH_MAX} characters`);

const slackSettings = object({ supported_channel_types, supported_role_settings });
const teamsSettings = object({ supported_role_settings });

const platforms = object({
  slack: object({
    client: isEnabled,
    workspaces: list(id, 0, WORKSPACES_MAX),
    default: slackSettings,
    overrides: map(idKey, slackSettings, WORKSPACES_MAX),
  }),
  microsoft_teams: object({
    client: isEnabled,
    tenants: map(idKey, list(id, 0, TEAMS_MAX), TENANTS_MAX),
    default: teamsSettings,
    overrides: map(idKey, map(idKey, teamsSettings, TEAMS_MAX), TENANTS_MAX),
  }),
  chime: object({ client: isEnabled }),
});

export const CHAT_SCHEMA: Schema = object(
  { chatbot: object({ platforms, default: object({ client: isEnabled }) }) },
  { required: ['chatbot'] },
);
