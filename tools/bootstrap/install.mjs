/** The commands that install programs on this kind of machine. Pure: what the machine has is an argument. */

/**
 * @typedef {object} Machine
 * @property {boolean} isRoot
 * @property {boolean} hasAptGet
 * @property {boolean} hasAptLists  `apt-get update` has been run before
 * @property {boolean} hasBrew
 */

/**
 * @param {readonly { apt: string, brew: string }[]} programs
 * @param {Machine} machine
 * @returns {{ mayRun: boolean, steps: string[][], text: string }} `mayRun`: without asking anybody; `text`: to be typed
 */
export function installCommands(programs, { isRoot, hasAptGet, hasAptLists, hasBrew }) {
  const named = (/** @type {'apt' | 'brew'} */ by) => [...new Set(programs.map((program) => program[by]))];
  if (hasAptGet) {
    const install = ['apt-get', 'install', '-y', ...named('apt')];
    const steps = hasAptLists ? [install] : [['apt-get', 'update'], install];
    const typed = steps.map((step) => (isRoot ? step : ['sudo', ...step]).join(' ')).join(' && ');
    return { mayRun: isRoot, steps, text: typed };
  }
  if (hasBrew) return byHand(['brew', 'install', ...named('brew')].join(' '));
  return byHand(`(with your system's package manager; Debian's names:) ${named('apt').join(' ')}`);
}

/** @param {string} text */
function byHand(text) {
  return { mayRun: false, steps: [], text };
}
