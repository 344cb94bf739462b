/**
 * Changes of an organization as a person writes them on a command line; combinable, and taken in the order given.
 *
 * | option | meaning |
 * |---|---|
 * | `--set-policy ID=FILE` | the policy's content becomes the file's |
 * | `--new-policy NAME=FILE` | a policy of the command's type, attached to nothing; later options call it NAME |
 * | `--attach ID@NODE`, `--detach ID@NODE` | a policy to or from a root, unit or account |
 * | `--move ACCOUNT@OU` | an account into a unit or the root |
 *
 * Policies and nodes are named by id, by name where it is the only one, nodes also by a path such as `Root/Production`.
 */
import { unreachable } from '@holdfast/kernel';
import type { Change, PolicyType } from '@holdfast/policy';
import type { Command } from 'commander';
import { UsageFailure } from '../output/failure.ts';

export interface WrittenChange {
  readonly option: 'set-policy' | 'new-policy' | 'attach' | 'detach' | 'move';
  readonly text: string;
}

/** A policy's name or id and the file that holds its content, for findings that point to the file. */
export interface PolicyFile {
  readonly policy: string;
  readonly file: string;
}

/** Adds the options; the list fills when the command line is parsed. */
export function withChangeOptions(command: Command): readonly WrittenChange[] {
  const written: WrittenChange[] = [];
  const collect =
    (option: WrittenChange['option']) =>
    (text: string): readonly WrittenChange[] => {
      written.push({ option, text });
      return written;
    };
  command
    .option('--set-policy <id=file>', 'what if this policy had the content of the file', collect('set-policy'))
    .option('--new-policy <name=file>', 'what if there were this policy more', collect('new-policy'))
    .option('--attach <id@node>', 'what if the policy were attached to the root, unit or account', collect('attach'))
    .option('--detach <id@node>', 'what if it were not', collect('detach'))
    .option('--move <account@unit>', 'what if the account were in the unit', collect('move'));
  return written;
}

export function changeOf(
  { option, text }: WrittenChange,
  type: PolicyType,
  readText: (file: string) => string,
): Change {
  switch (option) {
    case 'set-policy': {
      const [policy, file] = halves(option, text, '=', 'ID=FILE');
      return { kind: 'set-policy', policy, content: readText(file) };
    }
    case 'new-policy': {
      const [name, file] = halves(option, text, '=', 'NAME=FILE');
      return { kind: 'new-policy', name, type, content: readText(file) };
    }
    case 'attach':
    case 'detach': {
      const [policy, target] = halves(option, text, '@', 'ID@NODE');
      return { kind: option, policy, target };
    }
    case 'move': {
      const [account, parent] = halves(option, text, '@', 'ACCOUNT@UNIT');
      return { kind: 'move', account, parent };
    }
    default:
      return unreachable(option);
  }
}

export function policyFilesOf(changes: readonly WrittenChange[]): PolicyFile[] {
  return changes.flatMap(({ option, text }) => {
    if (option !== 'set-policy' && option !== 'new-policy') return [];
    const [policy, file] = halves(option, text, '=', 'ID=FILE');
    return [{ policy, file }];
  });
}

/** Names may hold the separator (`a@b.example`), ids, files and nodes do not begin with it: the last one that fits. */
function halves(option: string, text: string, separator: '=' | '@', form: string): [string, string] {
  const at = separator === '=' ? text.indexOf(separator) : text.lastIndexOf(separator);
  if (at < 1 || at === text.length - 1) {
    throw new UsageFailure(`--${option} ${text}: that is not of the form ${form}.`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}
