// Writes each dashboard as TypeScript, because tsc looks closely only at literals: not at imported JSON.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const source = new URL('../grafana/', import.meta.url);
const target = new URL('generated/', import.meta.url);

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
const files = readdirSync(source).filter((name) => name.endsWith('.json'));
if (files.length === 0) {
  throw new Error(`no dashboards in ${source.pathname}`);
}
let panels = 0;
for (const file of files) {
  const dashboard = JSON.parse(readFileSync(new URL(file, source), 'utf8'));
  const lines = ["import type { PanelOf, Written } from '../types.js';", ''];
  for (const panel of (dashboard.panels ?? []).flatMap((p) => [p, ...(p.panels ?? [])])) {
    const type = JSON.stringify(panel.type);
    lines.push(`export const panel${panel.id} = ${JSON.stringify(panel, null, 2)} satisfies PanelOf<${type}>;`, '');
    panels++;
  }
  lines.push(`export const dashboard = ${JSON.stringify(dashboard, null, 2)} satisfies Written;`, '');
  writeFileSync(new URL(file.replace('.json', '.ts'), target), lines.join('\n'));
}
// tsc fails without this file: it cannot pass with nothing to check.
writeFileSync(new URL('all.ts', target), files.map((file) => `import './${file.replace('.json', '.js')}';\n`).join(''));
console.log(`schema-check: ${files.length} dashboards, ${panels} panels`);
