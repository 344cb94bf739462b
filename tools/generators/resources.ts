/** The reference page of resource types: what each connector says of itself as data. */
import { allConnectors } from '@holdfast/server';

type PropertyType = { readonly type: string; readonly values?: readonly string[] };

export function resourcesPage(): Promise<string> {
  const connectors = allConnectors(() => {
    throw new Error('Bug: a reference page runs no program');
  });
  return Promise.resolve(
    [
      '# Resource types',
      '',
      'Generated from the connectors by `npm run generate`; do not edit. How to register, back up and restore them:',
      '[guide](../guide/resources.md).',
      ...connectors.flatMap((connector) => [
        '',
        `## ${connector.typeName}`,
        '',
        `${connector.description} Its ARN and its jobs are those of the AWS resource type ${connector.resourceType}.`,
        '',
        `- A role needs \`${connector.roleActions.backup.join('`, `')}\` to back it up, \`${connector.roleActions.restore.join('`, `')}\` to restore it.`,
        `- Single items can${connector.can.restoreItems ? '' : 'not'} be restored; a restore into an existing resource is ${connector.can.restoreIntoExisting ? '' : 'not '}possible.`,
        '',
        '| property | type | | what |',
        '|---|---|---|---|',
        ...Object.entries(connector.properties).map(
          ([name, property]) =>
            `| \`${name}\` | ${typeText(property)} | ${notes(property)} | ${property.description} |`,
        ),
        '| `Tags` | list of `{Key, Value}` | | What selections by tag look at. |',
      ]),
      '',
    ].join('\n'),
  );
}

function typeText({ type, values }: PropertyType): string {
  return values === undefined ? type : values.map((value) => `\`${value}\``).join(', ');
}

function notes(property: {
  readonly required?: boolean;
  readonly createOnly?: boolean;
  readonly secret?: boolean;
}): string {
  return [
    property.required === true ? 'required' : '',
    property.createOnly === true ? 'cannot change' : '',
    property.secret === true ? 'write-only' : '',
  ]
    .filter((note) => note !== '')
    .join(', ');
}
