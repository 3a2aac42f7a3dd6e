/** The page at the gateway's own address, around the same bundle that the editor's panel holds. */

export interface ViewerPage {
  title: string;
  /** Address of `viewer.js`, same origin. */
  scriptSrc: string;
  /** Address of `viewer.css`, same origin. */
  styleSrc: string;
  /** Fresh for every page: only the script that carries it runs. */
  nonce: string;
}

/**
 * The content security policy of the page: no image, font, frame, form, inline script or inline style, and connections to
 * its own origin only (`'self'` covers the WebSocket too). Sent as a header with `frame-ancestors 'none'`, which a `meta`
 * element cannot say.
 */
export function viewerCsp({ nonce }: Pick<ViewerPage, 'nonce'>): string {
  return [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
    // Chromium's own guard against making HTML out of strings.
    "require-trusted-types-for 'script'", "trusted-types 'none'",
  ].join('; ');
}

/** The whole document. It holds no data and no inline code: the bundle reads `data-transport` and fetches the rest. */
export function viewerHtml({ title, scriptSrc, styleSrc, nonce }: ViewerPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(viewerCsp({ nonce }))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(styleSrc)}">
</head>
<body data-transport="http">
<div id="root"><noscript>The trace viewer needs JavaScript.</noscript></div>
<script nonce="${escaped(nonce)}" src="${escaped(scriptSrc)}"></script>
</body>
</html>
`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
