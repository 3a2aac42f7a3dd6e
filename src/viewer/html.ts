/** The page around the viewer: one document for the editor's webview and for the gateway's own address. */

export interface ViewerPage {
  /** `vscode`: messages to and from the extension. `http`: the gateway's own endpoints, same origin. */
  transport: 'vscode' | 'http';
  title: string;
  /** Address of `viewer.js`. */
  scriptSrc: string;
  /** Address of `viewer.css`. */
  styleSrc: string;
  /** Where both may come from: `webview.cspSource`, or `'self'`. */
  cspSource: string;
  /** Fresh for every page where it is given; then only a script that carries it runs. */
  nonce?: string | undefined;
}

/**
 * The content security policy of the page. No image, font, frame, form, inline script or inline style; only the page at the
 * gateway may connect, and only to its own origin. The gateway sends it as a header too, with `frame-ancestors 'none'`
 * (which a `meta` element cannot say).
 */
export function viewerCsp({ transport, cspSource, nonce }: Pick<ViewerPage, 'transport' | 'cspSource' | 'nonce'>): string {
  return [
    "default-src 'none'",
    `script-src ${nonce === undefined ? cspSource : `'nonce-${nonce}'`}`,
    `style-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
    // Chromium's own guard against HTML out of strings; the editor's webview host cannot live with it.
    ...(transport === 'http' ? ["connect-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'"] : []),
  ].join('; ');
}

/** The whole document. It holds no data and no inline code: the bundle reads `data-transport` and fetches the rest. */
export function viewerHtml({ transport, title, scriptSrc, styleSrc, cspSource, nonce }: ViewerPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(viewerCsp({ transport, cspSource, nonce }))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(styleSrc)}">
</head>
<body data-transport="${transport}">
<div id="root"><noscript>The trace viewer needs JavaScript.</noscript></div>
<script${nonce === undefined ? '' : ` nonce="${escaped(nonce)}"`} src="${escaped(scriptSrc)}"></script>
</body>
</html>
`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
