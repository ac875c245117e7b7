/**
 * How all pictures look. Colours come from the theme: JupyterLab's variables first, then VS Code's, then the colour of the
 * surrounding text, so that a picture is legible on light and on dark. Colour never carries a meaning alone: a word or a
 * shape says the same.
 *
 * `&` stands for the class of the picture. Tables say it three times, to outweigh JupyterLab's own rules for tables.
 */

/** The style sheet, for elements inside one of the class `scope`. */
export function style(scope: string): string {
  return rules
    .trim()
    .split("\n")
    .map((rule) => rule.trim().replace(/&/g, `.${scope}`))
    .join("");
}

const rules = `
&{--fg:var(--jp-content-font-color1,var(--vscode-foreground,currentColor));--card:var(--jp-layout-color1,var(--vscode-editor-background,Canvas));--accent:var(--jp-brand-color1,var(--vscode-charts-blue,#2f7fe0));--run:var(--jp-success-color1,var(--vscode-charts-green,#2e9e4f));--sleep:var(--jp-warn-color1,var(--vscode-charts-orange,#d9822b));--bad:var(--jp-error-color1,var(--vscode-charts-red,#d64545));--soft:color-mix(in srgb,var(--fg) 64%,transparent);--ink:color-mix(in srgb,var(--fg) 60%,var(--card));--line:color-mix(in srgb,var(--fg) 30%,transparent);--tint:color-mix(in srgb,var(--fg) 5%,transparent);--sans:var(--jp-content-font-family,var(--vscode-font-family,system-ui,sans-serif));--mono:var(--jp-code-font-family,var(--vscode-editor-font-family,ui-monospace,Menlo,Consolas,monospace));color:var(--fg);font:13px/1.45 var(--sans);margin:4px 0}
& .bar,& .now,& svg,& .say{max-width:720px}
& .wide{max-width:980px}
& svg{display:block;width:100%;height:auto;overflow:visible}
& text{fill:var(--fg);font:12px var(--sans)}
& .b{font-weight:600;font-size:13px}
& .m{font:11px var(--mono)}
& .n{font:600 12px var(--mono)}
& .s{fill:var(--soft);font-size:11px}
& .ms{fill:var(--soft);font:11px var(--mono)}
& .r{text-anchor:end}
& .c{text-anchor:middle}
& .h{fill:var(--soft);font-size:11px;letter-spacing:.03em}
& .box{fill:var(--card);stroke:var(--line);stroke-width:1}
& .in{fill:var(--tint);stroke:none}
& .rule{stroke:var(--line);stroke-width:1;fill:none}
& .arrow{stroke:var(--ink);stroke-width:1.2;fill:none}
& .head{fill:var(--ink);stroke:none}
& .track{fill:var(--tint);stroke:var(--line)}
& .fill{fill:var(--accent)}
& .running{fill:var(--run)}
& .ready{fill:none;stroke:var(--accent);stroke-width:2}
& .sleeping{fill:var(--sleep)}
& .zombie{stroke:var(--bad);stroke-width:2;fill:none}
& .mark{fill:none;stroke:none}
& .chg .mark{fill:color-mix(in srgb,var(--accent) 22%,transparent)}
& .chg .box{stroke:var(--accent);stroke-width:2.5}
& .chg .arrow{stroke:var(--accent);stroke-width:2.4}
& .chg .head{fill:var(--accent)}
& .cyc .arrow{stroke:var(--bad);stroke-width:2}
& .cyc .head{fill:var(--bad)}
& .cyc .box{stroke:var(--bad);stroke-width:2}
& .bar{display:flex;flex-wrap:wrap;gap:6px;align-items:center;margin:0 0 6px}
& .bar[hidden]{display:none}
& .bar input{flex:1 1 180px;min-width:120px;accent-color:var(--accent);margin:0}
& button{font:12px var(--sans);color:var(--fg);background:var(--tint);border:1px solid var(--line);border-radius:4px;padding:3px 9px;cursor:pointer;white-space:nowrap}
& button:hover:not(:disabled){background:color-mix(in srgb,var(--accent) 16%,transparent)}
& button:disabled{opacity:.45;cursor:default}
& button:focus-visible,& input:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
& .now{border-left:3px solid var(--accent);padding:1px 0 1px 10px;margin:0 0 8px;min-height:62px}
& .now p{margin:0;font-size:14px;line-height:1.4;color:var(--fg)}
& .now .at,& .now .call,& .note{color:var(--soft);font-size:12px}
& .now .call{font-family:var(--mono);font-size:12px;white-space:pre-wrap;overflow-wrap:anywhere;min-height:17px}
& .note{margin:6px 0 0}
& .say{margin:0 0 6px;font-size:14px}
& .scroll{overflow-x:auto}
&&& table{border-collapse:collapse;font-size:12px;margin:0 0 4px;color:var(--fg);table-layout:auto;border:0}
&&& th,&&& td{text-align:left;vertical-align:top;padding:3px 10px 3px 0;border:0;border-bottom:1px solid color-mix(in srgb,var(--fg) 14%,transparent);background:none;max-width:none;white-space:normal;overflow-wrap:anywhere}
&&& tbody tr,&&& tbody tr:hover,&&& thead{background:none;border:0}
&&& th{font-weight:600;color:var(--soft);white-space:nowrap}
&&& td.k{padding-left:17px;text-indent:-17px;font-family:var(--mono);font-size:11.5px;line-height:1.5}
&&& td.w{overflow-wrap:normal}
&&& td.q{white-space:nowrap;text-align:center;padding-right:10px}
& .different{color:var(--bad);font-weight:600}
& .allowed{color:var(--sleep);font-weight:600}
& .same{color:var(--run)}
& .callbar{fill:color-mix(in srgb,var(--accent) 55%,var(--card));stroke:var(--accent);stroke-width:1}
& .asleep{fill:var(--card);stroke:var(--sleep);stroke-width:1}
& .idle{fill:var(--card);stroke:var(--accent);stroke-width:1}
& .hatch{stroke:var(--sleep);stroke-width:1.6;fill:none}
& svg.sign{display:inline-block;width:9px;height:15px;vertical-align:-3px;margin-right:6px}
& .lanes svg{max-width:none}
& .entry{display:inline-block;margin-right:14px}
& .entry svg.sign{margin-right:3px}
& summary{cursor:pointer;font-size:12px;color:var(--soft);margin:6px 0 4px}
& sup{font-size:9px;line-height:0;font-weight:400;margin-left:1px}
& .life{stroke:var(--line);stroke-width:1;stroke-dasharray:2 3}
& .err{fill:var(--bad)}
`;
