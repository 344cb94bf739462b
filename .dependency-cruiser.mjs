/** Settings of dependency-cruiser; the rules are made from the table of arrows in tools/checks/arrows.ts. */
import { rules } from './tools/checks/arrows.ts';

export default {
  forbidden: rules(),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.types|\\.toolchain|data)/' },
    tsPreCompilationDeps: true, // a type is a dependency too
    combinedDependencies: true, // tests in a package use the root's devDependencies
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
