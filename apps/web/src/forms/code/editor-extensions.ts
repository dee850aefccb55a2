import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { keywordCompletionSource, schemaCompletionSource, sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { CodeLanguage, CodeWords } from './code-words';

const KEYWORDS =
  'all and any array as asc asof between by case cast cross desc distinct else end except exists false final from full global group having ilike in inner interval intersect into is join left like limit not null offset on or order outer over partition prewhere right sample select then true union using when where window with';
const FORMULA_KEYWORDS = [
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'LIKE',
  'IS',
  'NULL',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
];

const dialect = SQLDialect.define({
  keywords: KEYWORDS,
  builtin: '',
  types: 'Int32 Int64 UInt64 Float64 Decimal String Bool Date DateTime DateTime64 Array Nullable',
  backslashEscapes: true,
  identifierQuotes: '`"',
  caseInsensitiveIdentifiers: false,
});

/** The SQL editor and the formula field; the latter without line numbers. */
export function editorExtensions(language: CodeLanguage, words: () => CodeWords): Extension[] {
  const isSql = language === 'sql';
  return [
    isSql ? lineNumbers() : [],
    history(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    sql({ dialect }).language,
    syntaxHighlighting(colours),
    autocompletion({
      icons: false,
      closeOnBlur: true,
      interactionDelay: 0,
      override: isSql ? [fromSchema(words), functionsOf(words), keywords] : [columnsOf(words), functionsOf(words)],
    }),
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      ...completionKeymap,
      ...closeBracketsKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
  ];
}

const keywords = keywordCompletionSource(dialect, true);

function fromSchema(words: () => CodeWords) {
  return (context: CompletionContext) => {
    const { tables } = words();
    const schema = Object.fromEntries(
      Object.entries(tables).map(([table, columns]) => [
        table,
        columns.map(({ name, type }): Completion => ({
          label: name,
          apply: quoted(name),
          detail: type,
          type: 'property',
        })),
      ]),
    );
    return schemaCompletionSource({ dialect, schema, ...(tables['input'] && { defaultTable: 'input' }) })(context);
  };
}

function columnsOf(words: () => CodeWords) {
  return (context: CompletionContext) =>
    offer(context, [
      ...Object.values(words().tables)
        .flat()
        .map(({ name, type }): Completion => ({ label: name, apply: quoted(name), detail: type, boost: 2 })),
      ...FORMULA_KEYWORDS.map((label): Completion => ({ label, boost: -1 })),
    ]);
}

/** In SQL the columns and keywords come from elsewhere. */
function functionsOf(words: () => CodeWords) {
  return (context: CompletionContext) =>
    offer(
      context,
      words().functions.map(({ name, syntax, about }) => ({
        label: name,
        detail: syntax.startsWith(`${name}(`) ? syntax.slice(name.length) : '',
        ...(about && { info: about }),
        boost: -2,
        apply: withBrackets,
      })),
    );
}

function offer(context: CompletionContext, options: Completion[]): CompletionResult | null {
  const word = context.matchBefore(/\w*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  return { from: word.from, options, validFor: /^\w*$/ };
}

/** Writes a function with its brackets and goes between them. */
function withBrackets(view: EditorView, { label }: Completion, from: number, to: number) {
  const hasBracket = view.state.sliceDoc(to, to + 1) === '(';
  const insert = hasBracket ? label : `${label}()`;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + label.length + 1 } });
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll('`', '\\`')}\``;
}

/** Few colours, all of the theme: what was written stands out, not what it is written in. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: 'var(--accent-text)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--understand)' },
  { tag: tags.number, color: 'var(--collect)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--text-3)' },
]);
