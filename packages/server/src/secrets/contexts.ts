/** The contexts under which secrets are sealed: a sealed secret opens in its own place only. */

/** The secrets of a registered resource, such as a database's password. */
export function resourceSecretsContext(arn: string): string {
  return `resource:${arn}`;
}

/** The password of a vault's repository. */
export function vaultKeyContext(vaultId: string): string {
  return `vault-key:${vaultId}`;
}
