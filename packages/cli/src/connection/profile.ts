/**
 * The AWS profile that the server wrote into its data folder: the management account's key, the region, the endpoint.
 *
 * AWS's ini format, as far as the server writes it: sections, `name = value`, comments. The files are 0600; nothing of
 * them is ever printed.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const PROFILE_NAME = 'holdfast';

export interface Profile {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

export function credentialsFile(dataFolder: string): string {
  return path.join(dataFolder, 'aws', 'credentials');
}

export function configFile(dataFolder: string): string {
  return path.join(dataFolder, 'aws', 'config');
}

/** Undefined when the server never started on this folder. */
export function readProfile(dataFolder: string, name: string = PROFILE_NAME): Profile | undefined {
  const credentials = iniSections(readIfThere(credentialsFile(dataFolder))).get(name);
  const accessKeyId = credentials?.get('aws_access_key_id');
  const secretAccessKey = credentials?.get('aws_secret_access_key');
  if (!accessKeyId || !secretAccessKey) return undefined;
  const config = iniSections(readIfThere(configFile(dataFolder))).get(`profile ${name}`);
  return {
    accessKeyId,
    secretAccessKey,
    region: config?.get('region') ?? credentials?.get('region'),
    endpoint: config?.get('endpoint_url') ?? credentials?.get('endpoint_url'),
  };
}

export function iniSections(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const title = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (title !== undefined) {
      current = sections.get(title) ?? new Map();
      sections.set(title, current);
      continue;
    }
    const [, name, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (current && name !== undefined && value !== undefined) current.set(name.toLowerCase(), value);
  }
  return sections;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
