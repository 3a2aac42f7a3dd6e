import type { VNode } from 'preact';
import type { StrategyOption } from '../../routing/types.ts';
import { costText, percentText, scoreText } from '../format.ts';
import { visible } from '../text.ts';
import { strategyText } from '../words.ts';

/** What each strategy would have been worth next to the others; nothing where there was no choice. */
export function OptionsTable({ options, chosen }: { options: readonly StrategyOption[]; chosen: string }): VNode | null {
  if (options.length < 2) return null;
  const isChosen = (strategy: string): boolean => strategy === chosen || (chosen === 'fast-single' && strategy === 'smart-single');
  return (
    <div class="table-frame options">
      <p class="quiet">What each strategy would be worth, in the unit of the score. What decided stands above.</p>
      <table class="table table-numbers" aria-label="Strategies by expected value, best first">
        <thead>
          <tr><th scope="col">Strategy</th><th scope="col" class="right">Value</th><th scope="col" class="right">Right</th><th scope="col" class="right">Cost</th><th scope="col">Candidates</th></tr>
        </thead>
        <tbody>
          {options.map(({ strategy, value, quality, costUsd, candidates }) => (
            <tr key={strategy}>
              <th scope="row">{visible(strategyText(strategy) || strategy)}{isChosen(strategy) ? <span class="quiet"> (this one)</span> : null}</th>
              <td class="right number">{scoreText(value)}</td>
              <td class="right number">{percentText(quality)}</td>
              <td class="right number">{costText(costUsd)}</td>
              <td>{candidates.map((id) => visible(id)).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
