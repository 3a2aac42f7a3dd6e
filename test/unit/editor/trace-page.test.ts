import assert from 'node:assert/strict';
import { tracePage } from '../../../src/editor/trace-page.ts';
import { viewerHtml } from '../../../src/viewer/html.ts';

const page = { scriptSrc: 'https://host.example/dist/viewer.js', styleSrc: 'https://host.example/dist/viewer.css', cspSource: 'https://host.example', nonce: 'abc' };
const bodyOf = (html: string): string => (/<body[\s\S]*<\/body>/u.exec(html)?.[0] ?? '').replace(/<noscript>.*<\/noscript>/u, '');
const cspOf = (html: string): string => /Content-Security-Policy" content="([^"]*)"/u.exec(html)?.[1] ?? '';

describe('the page of the trace panel', () => {
  it('gives the viewer what its own page would give it', () => {
    const atTheGateway = viewerHtml({ ...page, title: 'OpenFusion Traces' });
    assert.equal(bodyOf(tracePage(page)), bodyOf(atTheGateway).replace('data-transport="http"', 'data-transport="vscode"'));
  });

  it('forbids everything but its own script and style', () => {
    assert.equal(cspOf(tracePage(page)), "default-src 'none'; script-src 'nonce-abc'; style-src https://host.example; base-uri 'none'; form-action 'none'");
  });

  it('lets no address break out of its attribute', () => {
    assert.doesNotMatch(tracePage({ ...page, styleSrc: 'x"><script>alert(1)</script>' }), /<script>alert/u);
  });
});
