import { API_VERSION, ContributionSpec, PluginPackage } from '@pelton/contract';
import type { AnyContribution, PluginDefinition } from '../define/contribution.js';

/**
 * Checks that a plugin keeps the contract: its manifest is readable and tells the truth, its specs are JSON, its calls
 * are there.
 * @param packageJson the parsed package.json of the plugin
 * @returns what is wrong, in words; empty when it conforms
 */
export function checkConformance(plugin: PluginDefinition, packageJson: unknown): string[] {
  const manifest = PluginPackage.safeParse(packageJson);
  if (!manifest.success)
    return manifest.error.issues.map((issue) => `package.json ${issue.path.join('.')}: ${issue.message}`);
  const { pelton } = manifest.data;
  return [
    ...(pelton.apiVersion === API_VERSION
      ? []
      : [`package.json pelton.apiVersion is ${pelton.apiVersion}, this core speaks ${API_VERSION}`]),
    ...keywordProblems(
      packageJson,
      pelton.contributes.map((item) => item.kind),
    ),
    ...listProblems(pelton.contributes, plugin.contributions),
    ...plugin.contributions.flatMap(contributionProblems),
  ];
}

function keywordProblems(packageJson: unknown, kinds: string[]): string[] {
  const keywords: unknown =
    typeof packageJson === 'object' && packageJson && 'keywords' in packageJson ? packageJson.keywords : [];
  const found = Array.isArray(keywords) ? keywords : [];
  const wanted = ['pelton-plugin', ...new Set(kinds.map((kind) => `pelton-plugin-${kind}`))];
  return wanted.filter((word) => !found.includes(word)).map((word) => `package.json keywords lack ${word}`);
}

function listProblems(declared: { kind: string; id: string }[], real: AnyContribution[]): string[] {
  const key = (item: { kind: string; id: string }) => `${item.kind} ${item.id}`;
  const declaredKeys = declared.map(key);
  const realKeys = real.map((item) => key({ kind: item.kind, id: item.spec.id }));
  return [
    ...declaredKeys
      .filter((item) => !realKeys.includes(item))
      .map((item) => `package.json declares ${item}, which the code does not bring`),
    ...realKeys
      .filter((item) => !declaredKeys.includes(item))
      .map((item) => `the code brings ${item}, which package.json does not declare`),
    ...realKeys
      .filter((item, index) => realKeys.indexOf(item) !== index)
      .map((item) => `the code brings ${item} twice`),
  ];
}

function contributionProblems(contribution: AnyContribution): string[] {
  const name = `${contribution.kind} ${contribution.spec.id}`;
  const spec = ContributionSpec.safeParse(JSON.parse(JSON.stringify(contribution.spec)));
  const calls = Object.entries(contribution.calls).filter(([, call]) => typeof call !== 'function');
  return [
    ...(spec.success ? [] : spec.error.issues.map((issue) => `${name} ${issue.path.join('.')}: ${issue.message}`)),
    ...calls.map(([call]) => `${name}: ${call} is not a function`),
    ...targetProblems(contribution),
  ];
}

/** What every step that writes asks for besides what a connector asks for its target. */
const ASKED_BY_CORE = ['connection', 'mode', 'keys', 'columns'];

function targetProblems({ kind, spec }: AnyContribution): string[] {
  const fields = kind === 'connector' ? Object.keys(spec.writes?.target['properties'] ?? {}) : [];
  return fields
    .filter((field) => ASKED_BY_CORE.includes(field))
    .map((field) => `${kind} ${spec.id}: its target may not have a field called ${field}, because each step has one`);
}
