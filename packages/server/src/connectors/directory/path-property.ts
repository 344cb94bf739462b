/** The property `Path`: where a directory is. */
import path from 'node:path';
import type { ResourceRef } from '@holdfast/connector-kit';

export function pathOf(resource: ResourceRef): string {
  return String(resource.properties['Path']);
}

export function pathFault(value: string): string | undefined {
  if (!path.isAbsolute(value)) return 'be an absolute path';
  if (path.normalize(value).replace(/(.)\/$/, '$1') !== value)
    return 'be written without /./, /../, // and a / at its end';
  return value === '/' ? 'be below the root directory: register the directories that are to be kept' : undefined;
}
