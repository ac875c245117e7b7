/**
 * How the panel looks. Colours follow the theme: JupyterLab's variables, then VS Code's, then the browser's own for light and
 * dark. Each state has a sign and a word besides its colour.
 */
export const panelStyle = `
&{--fg:var(--jp-content-font-color1,var(--vscode-foreground,CanvasText));--good:var(--jp-success-color1,var(--vscode-charts-green,#2e7d32));--bad:var(--jp-error-color1,var(--vscode-charts-red,#c62828));--accent:var(--jp-brand-color1,var(--vscode-charts-blue,#1976d2));--soft:color-mix(in srgb,var(--fg) 66%,transparent);--line:color-mix(in srgb,var(--fg) 22%,transparent);--tint:color-mix(in srgb,var(--fg) 5%,transparent);--mono:var(--jp-code-font-family,var(--vscode-editor-font-family,ui-monospace,Menlo,Consolas,monospace));color:var(--fg);font:14px/1.5 var(--jp-content-font-family,var(--vscode-font-family,system-ui,sans-serif));max-width:760px;border:1px solid var(--line);border-left:4px solid var(--soft);border-radius:4px;padding:10px 14px;margin:4px 0}
&.good{border-left-color:var(--good)}
&.bad{border-left-color:var(--bad)}
& .top{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;justify-content:space-between}
& .title{font-weight:600;font-size:16px;margin:0}
& .kind{color:var(--soft);font-size:12px}
& .state{font-weight:600}
&.good .state{color:var(--good)}
&.bad .state{color:var(--bad)}
& p{margin:6px 0}
& .open{display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center;margin:8px 0}
& button{font:inherit;font-size:13px;color:var(--jp-ui-inverse-font-color1,#fff);background:var(--accent);border:0;border-radius:3px;padding:4px 12px;cursor:pointer}
& button:hover{filter:brightness(1.1)}
& button:focus-visible,& summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
& .path{color:var(--soft);font:12px var(--mono);overflow-wrap:anywhere}
& ul.checks{list-style:none;margin:8px 0;padding:0}
& ul.checks li{margin:1px 0;padding-left:1.5em;text-indent:-1.5em}
& .sign{display:inline-block;width:1.5em;text-indent:0;font-weight:700}
& .passed .sign{color:var(--good)}
& .failed .sign{color:var(--bad)}
& .unrun{color:var(--soft)}
& .word{color:var(--soft);font-size:12px}
& .box{border-top:1px solid var(--line);padding-top:8px;margin-top:8px}
& .says{font-weight:600;font-size:15px;margin:0 0 6px}
& dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:6px 0}
& dt{color:var(--soft);margin:0;font-weight:400}
& dd{margin:0;font:13px/1.5 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
& pre{font:12px/1.45 var(--mono);color:var(--fg);background:var(--tint);border:0;border-radius:3px;padding:8px 10px;margin:6px 0;overflow-x:auto;max-height:26em;white-space:pre}
& code{font-family:var(--mono);font-size:.92em;background:var(--tint);color:var(--fg);padding:0 3px}
& pre code{background:none;padding:0}
& h4{font-size:13px;font-weight:600;color:var(--soft);margin:0 0 4px}
& details{margin:6px 0}
& details details{margin-left:0}
& summary{cursor:pointer;color:var(--fg);font-weight:600;font-size:13px}
& .hint{border-left:2px solid var(--line);padding-left:12px;margin:4px 0}
& .foot{color:var(--soft);font-size:12px;margin:8px 0 0}
`
  .trim()
  .split("\n")
  .map((rule) => rule.replace(/&/g, ".fd3-exercise"))
  .join("");
