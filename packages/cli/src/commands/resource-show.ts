/** `holdfast resource show IDENTIFIER`: one registered resource, all its properties; secrets are never among them. */
import type { Command } from 'commander';
import {
  type CommandContext,
  type ServerOptions,
  sessionOf,
  withAccountOption,
  withServerOptions,
} from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { padEnd, printable } from '../output/text-width.ts';
import { readResource, typeOf } from '../resources/cloud-control.ts';
import { tagText } from '../resources/tags.ts';

interface ShowOptions extends ServerOptions {
  readonly json?: boolean;
}

export function addResourceShow(parent: Command, context: CommandContext): void {
  withAccountOption(withServerOptions(parent.command('show')))
    .description('one resource')
    .argument('<identifier>', 'as in resource list')
    .option('--json', 'JSON, for programs')
    .action(async (identifier: string, options: ShowOptions) => {
      const { CloudControlClient } = await import('@aws-sdk/client-cloudcontrol');
      using client = disposable(new CloudControlClient(await sessionOf(context, options)));
      const resource = await readResource(client, await typeOf(client, identifier), identifier);
      if (options.json) return context.terminal.json(resource);
      const facts: [string, string][] = [
        ['Identifier', resource.identifier],
        ['Type', resource.typeName],
        ...Object.entries(resource.properties).map(([name, value]): [string, string] => [
          name,
          name === 'Tags' ? tagText(resource.properties) : typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ];
      const width = Math.max(...facts.map(([name]) => name.length));
      const { terminal } = context;
      terminal.lines(
        facts.map(([name, value]) => `${terminal.colours.faint(padEnd(name, width))}  ${printable(value)}`),
      );
    });
}
