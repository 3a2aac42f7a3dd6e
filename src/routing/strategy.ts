import type { Config } from '../config/schema.ts';
import type { Strategy, TaskProfile } from './types.ts';

export interface Choice {
  strategy: Strategy;
  reason: string;
}

/**
 * The strategy for an ask by the thresholds of the configuration, dearest first. A task that shows no sign of being easy or
 * hard gets the default tier, `smart-single`: absence of evidence is no evidence of simplicity.
 */
export function chooseStrategy({ complexity, risk }: TaskProfile, complexityEvidence: boolean, thresholds: Config['auto']['thresholds']): Choice {
  if (risk >= thresholds.fusionRisk) return { strategy: 'fusion-panel', reason: 'risk_above_fusion_threshold' };
  if (complexity >= thresholds.fusionComplexity) return { strategy: 'fusion-panel', reason: 'complexity_above_fusion_threshold' };
  if (risk >= thresholds.verifyRisk) return { strategy: 'single-verify', reason: 'risk_above_verify_threshold' };
  if (complexity >= thresholds.verifyComplexity) return { strategy: 'single-verify', reason: 'complexity_above_verify_threshold' };
  if (!complexityEvidence) return { strategy: 'smart-single', reason: 'default_tier' };
  return complexity >= thresholds.smart
    ? { strategy: 'smart-single', reason: 'complexity_above_smart_threshold' }
    : { strategy: 'fast-single', reason: 'complexity_below_smart_threshold' };
}

/** The single-model strategy that a choice comes down to when nobody else may be asked. */
export const singleOf = ({ strategy }: Choice): 'fast-single' | 'smart-single' => (strategy === 'fast-single' ? 'fast-single' : 'smart-single');
