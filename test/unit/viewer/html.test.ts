import assert from 'node:assert/strict';
import { viewerCsp, viewerHtml } from '../../../src/viewer/html.ts';

const page = { title: 'OpenFusion traces', scriptSrc: '/viewer.js', styleSrc: '/viewer.css', nonce: 'abc' };

describe('the page of the viewer', () => {
  it('allows its own script by nonce, its own style and its own origin, and nothing else', () => {
    assert.equal(
      viewerCsp(page),
      "default-src 'none'; script-src 'nonce-abc'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    assert.ok(viewerHtml(page).includes(`content="${viewerCsp(page)}"`));
  });

  it('has no inline script, style or handler', () => {
    const html = viewerHtml(page);
    assert.deepEqual([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag), ['<script nonce="abc" src="/viewer.js">']);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
  });

  it('lets nothing break out of its place', () => {
    assert.doesNotMatch(viewerHtml({ ...page, title: '</title><script>x</script>', scriptSrc: '"><script>x</script>' }), /<script>x/);
  });
});
