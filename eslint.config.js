import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** `// eslint-disable…` must say why, after `--`. */
const reasonForDisabling = {
  meta: { type: 'suggestion', schema: [], messages: { noReason: 'Say why the rule is disabled: `-- <reason>`.' } },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) {
          context.report({ loc: comment.loc, messageId: 'noReason' });
        }
      }
    },
  }),
};

/** What only one place may do. The exceptions are listed below, or name their reason on the line. */
const sqlText = [
  {
    selector: "MemberExpression[object.name='sql'][property.name=/^(raw|lit|literal)$/]",
    message: 'SQL text is never made of values: use parameters, or sql.ref and sql.id for names.',
  },
];
const environment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Only src/config.ts and the programs read the environment; take what you need as a parameter.',
  },
];
const clock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take a Clock as a parameter: tests set the time.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
    message: 'Take a Clock as a parameter: tests set the time.',
  },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
    message: 'Take a Clock as a parameter: tests set the time.',
  },
];
/** @param {{ selector: string; message: string }[]} bans */
const only = (...bans) => ({ 'no-restricted-syntax': ['error', ...bans] });

export default defineConfig(
  { ignores: ['plugin/', '**/dist/', '**/coverage/', '**/node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { project: { rules: { 'reason-for-disabling': reasonForDisabling } } },
    rules: {
      'project/reason-for-disabling': 'error',
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:process', 'process'].map((name) => ({
            name,
            importNames: ['env', 'default'],
            message: 'Only src/config.ts and the programs read the environment.',
          })),
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ['proxy/**/*.ts'], rules: only(...sqlText, ...environment, ...clock) },
  { files: ['proxy/src/clock.ts'], rules: only(...sqlText, ...environment) },
  { files: ['proxy/src/config.ts'], rules: only(...sqlText, ...clock) },
  {
    files: ['proxy/src/main.ts', 'proxy/src/cli/**/*.ts'],
    rules: { ...only(...sqlText, ...clock), 'no-console': 'off' },
  },
  { files: ['proxy/test/**/*.ts'], rules: only(...sqlText, ...clock) },
  { files: ['start/**/*.ts'], rules: only(...environment, ...clock) },
  { files: ['start/test/**/*.ts'], rules: only(...clock) },
  { files: ['.ci/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['proxy/src/pages/static/*.js'], languageOptions: { globals: { document: 'readonly' } } }
);
