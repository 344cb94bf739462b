/** Set-up cannot go on, and a person has to do what the message says. Ends the bootstrap with exit code 2. */
export class SetupError extends Error {}

/**
 * Each piece of set-up is announced in one line before it begins. To stderr: stdout belongs to the task.
 * @param {string} line
 */
export function announce(line) {
  process.stderr.write(`set-up: ${line}\n`);
}
