import { viewerBundle } from './bundle.ts';
import type { GatewayConfig, TestGateway } from '../../support/gateway.ts';

/** A real gateway, run from source, with the viewer's files in it, which else the build embeds. */
export async function startWholeGateway(config: GatewayConfig): Promise<TestGateway> {
  const { script, style } = await viewerBundle();
  Object.assign(globalThis, { OPENFUSION_VIEWER_SCRIPT: script, OPENFUSION_VIEWER_STYLE: style });
  // Loaded only now: the gateway looks for these files when it is loaded.
  const { startGateway } = await import('../../support/gateway.ts');
  const gateway = await startGateway(config);
  if ((await (await fetch(`${gateway.origin}/viewer.js`)).text()) === '') throw new Error('the gateway was loaded before it could get the viewer: this test cannot share a process with those that load it first');
  return gateway;
}
