import type { VNode } from 'preact';
import type { Alternative, Savings } from '../../routing/savings.ts';
import { costText, countText, plural } from '../format.ts';
import { Section } from '../parts/section.tsx';
import { savedText } from '../saved.ts';
import { visible } from '../text.ts';

/** What the answer cost, next to one call of the strongest and of the cheapest candidate that could have given it. */
export function CostSection({ savings, costUsd, served }: { savings: Savings; costUsd: number | null; served: string | null }): VNode {
  const { tokens: { input, cached, output, estimated }, strongest, cheapest, unpriced } = savings;
  const basis = `By this answer’s own tokens: ${countText(input)} in, ${countText(cached)} of them from a warm cache, ${countText(output)} out${estimated ? ', estimated' : ''}.`;
  const missing = unpriced === 0 ? '' : ` ${plural(unpriced, 'candidate')} without a known price ${unpriced === 1 ? 'is' : 'are'} left out.`;
  return (
    <Section id="cost" title="Cost compared" note={`${basis} Other models count and write other numbers of tokens.${missing}`}>
      <div class="table-frame" role="region" aria-label="What others would have cost" tabIndex={0}>
        <table class="table" aria-label="Costs, this request’s first">
          <thead><tr><th scope="col">Answered by</th><th scope="col" class="right">Cost</th><th scope="col">Next to it, this request</th></tr></thead>
          <tbody>
            <tr><th scope="row">{served === null ? 'this request' : visible(served)} <span class="quiet">as it was</span></th><td class="right number">{costText(costUsd)}</td><td class="quiet">–</td></tr>
            <OtherRow what="strongest" other={strongest} costUsd={costUsd} />
            <OtherRow what="cheapest" other={cheapest} costUsd={costUsd} />
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function OtherRow({ what, other, costUsd }: { what: string; other: Alternative | null; costUsd: number | null }): VNode {
  return (
    <tr>
      <th scope="row">{other === null ? <span class="quiet">no known price</span> : visible(other.model)} <span class="quiet">the {what}, alone</span></th>
      <td class="right number">{costText(other?.costUsd ?? null)}</td>
      <td class="number">{savedText(costUsd, other?.costUsd ?? null)}</td>
    </tr>
  );
}
