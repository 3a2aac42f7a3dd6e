/** The document that holds the trace viewer in the editor: no data, no inline code, nothing from outside. */

export interface TracePage {
  /** Address of `viewer.js` as the webview reaches it. */
  scriptSrc: string;
  /** Address of `viewer.css`. */
  styleSrc: string;
  /** `webview.cspSource` */
  cspSource: string;
  /** Fresh for every page. */
  nonce: string;
}

/** Only the script with the nonce runs; no image, font, frame, form or connection at all. */
export function tracePageCsp({ cspSource, nonce }: Pick<TracePage, 'cspSource' | 'nonce'>): string {
  return ["default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${cspSource}`, "base-uri 'none'", "form-action 'none'"].join('; ');
}

export function tracePage(page: TracePage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(tracePageCsp(page))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OpenFusion Traces</title>
<link rel="stylesheet" href="${escaped(page.styleSrc)}">
</head>
<body data-transport="vscode">
<div id="root"></div>
<script nonce="${escaped(page.nonce)}" src="${escaped(page.scriptSrc)}"></script>
</body>
</html>
`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
