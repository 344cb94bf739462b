/** `holdfast resource remove IDENTIFIER`: no longer backed up. Its data and its recovery points stay as they are. */
import type { Command } from 'commander';
import {
  type CommandContext,
  type ServerOptions,
  sessionOf,
  withAccountOption,
  withServerOptions,
} from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { deleteResource, typeOf } from '../resources/cloud-control.ts';

export function addResourceRemove(parent: Command, context: CommandContext): void {
  withAccountOption(withServerOptions(parent.command('remove')))
    .description('stop backing something up; its data and its recovery points stay')
    .argument('<identifier>', 'as in resource list')
    .action(async (identifier: string, options: ServerOptions) => {
      const { CloudControlClient } = await import('@aws-sdk/client-cloudcontrol');
      using client = disposable(new CloudControlClient(await sessionOf(context, options)));
      await deleteResource(client, await typeOf(client, identifier), identifier);
      context.terminal.line(`Removed ${identifier}. Its recovery points stay.`);
    });
}
