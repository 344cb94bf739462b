/** `holdfast resource list`: what is registered in an account and region. */
import type { Command } from 'commander';
import {
  type CommandContext,
  type ServerOptions,
  sessionOf,
  withAccountOption,
  withServerOptions,
} from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { type Column, tableLines } from '../output/table.ts';
import { listResources, type RegisteredResource } from '../resources/cloud-control.ts';
import { location, nameOf } from '../resources/description.ts';
import { tagText } from '../resources/tags.ts';

interface ListOptions extends ServerOptions {
  readonly json?: boolean;
}

const COLUMNS: readonly Column<RegisteredResource>[] = [
  { title: 'RESOURCE', value: (resource) => resource.identifier },
  { title: 'TYPE', value: (resource) => resource.typeName.split('::').at(-1) ?? '' },
  { title: 'NAME', value: nameOf, shrinkTo: 8 },
  { title: 'LOCATION', value: location, shrinkTo: 16, cutAt: 'middle' },
  { title: 'TAGS', value: (resource) => tagText(resource.properties), shrinkTo: 12 },
];

export function addResourceList(parent: Command, context: CommandContext): void {
  withAccountOption(withServerOptions(parent.command('list')))
    .description('what is registered')
    .option('--json', 'JSON, for programs')
    .action(async (options: ListOptions) => {
      const { CloudControlClient } = await import('@aws-sdk/client-cloudcontrol');
      using client = disposable(new CloudControlClient(await sessionOf(context, options)));
      const resources = await listResources(client);
      const { terminal } = context;
      if (options.json) return terminal.json(resources);
      if (resources.length === 0) return terminal.line('Nothing is registered here. holdfast resource add --help');
      terminal.lines(tableLines(COLUMNS, resources, { width: terminal.width, titleColour: terminal.colours.faint }));
    });
}
