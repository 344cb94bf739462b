/** A registered resource in words. */
import type { RegisteredResource } from './cloud-control.ts';

export function nameOf({ properties }: RegisteredResource): string {
  return text(properties['Name'] ?? properties['Database']);
}

/** The path, or `host:port/database`. */
export function location({ properties }: RegisteredResource): string {
  if (typeof properties['Path'] === 'string') return properties['Path'];
  return `${text(properties['Host'])}:${text(properties['Port'])}/${text(properties['Database'])}`;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
