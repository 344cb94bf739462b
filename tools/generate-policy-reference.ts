/**
 * Makes docs/reference/policy.md and docs/reference/lints.md: the public interface of @holdfast/policy from its types
 * and their comments, and its lints from their table. `npm run generate` writes them.
 */
import path from 'node:path';
import { LINTS } from '@holdfast/policy';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCE = path.join(ROOT, 'packages/policy/src');

/** Title by the folder that a name is declared in, in the order of the page. */
const SECTIONS: Readonly<Record<string, string>> = {
  organization: 'Organizations',
  explain: 'Explaining',
  diff: 'Comparing',
  lint: 'Linting',
  forecast: 'Calendar and forecast',
  admission: 'Admission',
  document: 'Documents',
  merge: 'Merging',
  effective: 'Effective policies',
  plans: 'Plans',
  schedule: 'Schedules',
  schema: 'Schemas',
  json: 'JSON',
  '': 'Policy types',
};

export function policyPage(): string {
  const entry = path.join(SOURCE, 'index.ts');
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!file || !module) throw new Error(`${entry} has no exports`);
  const entries = checker.getExportsOfModule(module).map((symbol) => entryOf(symbol, checker));
  const bySection = Map.groupBy(entries, ({ section }) => section);
  const sections = Object.entries(SECTIONS).map(([folder, title]) => {
    const parts = (bySection.get(folder) ?? []).map(({ text }) => text);
    return `## ${title}\n\n${parts.join('\n')}`;
  });
  const unknown = [...bySection.keys()].filter((folder) => SECTIONS[folder] === undefined);
  if (unknown.length > 0) throw new Error(`No title for ${unknown.join(', ')}`);
  return `# The policy engine\n\n${GENERATED}\n\n${opening(file)}\n\n${sections.join('\n')}`;
}

const GENERATED = 'Generated from the code by `npm run generate`: change the comments there.';

/** The comment that the module opens with. */
function opening(file: ts.SourceFile): string {
  const [comment] = ts.getLeadingCommentRanges(file.text, 0) ?? [];
  if (!comment) return '';
  const lines = file.text
    .slice(comment.pos, comment.end)
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n');
  return lines
    .map((line) => line.replace(/^ \* ?/, ''))
    .join('\n')
    .trim();
}

function entryOf(exported: ts.Symbol, checker: ts.TypeChecker): { readonly section: string; readonly text: string } {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const [declaration] = symbol.declarations ?? [];
  if (!declaration) throw new Error(`${exported.name} is declared nowhere`);
  const relative = path.relative(SOURCE, declaration.getSourceFile().fileName);
  const section = relative.includes('/') ? (relative.split('/')[0] ?? '') : '';
  const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const thrown = symbol
    .getJsDocTags(checker)
    .map(({ name, text }) => `Throws: ${name === 'throws' ? ts.displayPartsToString(text) : name}.`);
  const prose = [comment, ...thrown].filter((part) => part !== '').join('\n');
  const code = codeOf(declaration, symbol, checker);
  return {
    section,
    text: `### \`${exported.name}\`\n\n${prose === '' ? '' : `${prose}\n\n`}\`\`\`ts\n${code}\n\`\`\`\n`,
  };
}

function codeOf(declaration: ts.Declaration, symbol: ts.Symbol, checker: ts.TypeChecker): string {
  if (ts.isFunctionDeclaration(declaration)) {
    const end = declaration.body?.getStart() ?? declaration.end;
    return declaration
      .getSourceFile()
      .text.slice(declaration.getStart(), end)
      .replace(/^export /, '')
      .trim();
  }
  if (ts.isVariableDeclaration(declaration)) {
    const type = checker.typeToString(checker.getTypeOfSymbol(symbol), declaration, ts.TypeFormatFlags.NoTruncation);
    return `const ${symbol.name}: ${type};`;
  }
  if (ts.isClassDeclaration(declaration)) return classOf(declaration);
  return declaration.getText().replace(/^export /, '');
}

/** Public fields and getters; how they are made is nobody's business. */
function classOf(declaration: ts.ClassDeclaration): string {
  const members = declaration.members.flatMap((member) => {
    if (ts.isPropertyDeclaration(member) && ts.isIdentifier(member.name)) {
      return [`  readonly ${member.name.text}: ${member.type?.getText() ?? 'unknown'};`];
    }
    if (ts.isGetAccessor(member))
      return [`  readonly ${member.name.getText()}: ${member.type?.getText() ?? 'unknown'};`];
    return [];
  });
  return `class ${declaration.name?.text ?? ''} {\n${members.join('\n')}\n}`;
}

export function lintsPage(): string {
  const rows = Object.entries(LINTS).map(
    ([id, { severity, title, reason }]) => `## \`${id}\`\n\n**${severity}**: ${title}.\n\n${reason}\n`,
  );
  const intro =
    'What `holdfast policy lint` finds beyond the verdict of AWS. Errors will fail or lose backups, warnings are likely\n' +
    'mistakes, infos are worth knowing. What AWS itself refuses is found as `admission/…`, with the place.';
  return `# Lints\n\n${GENERATED}\n\n${intro}\n\n${rows.join('\n')}`;
}
