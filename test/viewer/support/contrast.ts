import type { Page } from 'playwright-core';

export interface PoorText {
  text: string;
  where: string;
  ratio: number;
}

/** Every visible text of the page whose contrast against what is painted behind it is below `least` (WCAG AA wants 4.5). */
export async function poorTexts(page: Page, least = 4.5): Promise<PoorText[]> {
  return page.evaluate<PoorText[]>(`(${measure})(${least})`);
}

/** Runs in the page: a string, because the tests' types know no DOM. */
const measure = `(least) => {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const poor = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.closest('.sr-only, script, noscript')) continue;
    const behind = background(element);
    const [a, b] = [luminance(over(rgba(getComputedStyle(element).color), behind)), luminance(behind)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least) poor.push({ text: text.slice(0, 40), where: element.className + ' in ' + element.parentElement.className, ratio: Math.round(ratio * 100) / 100 });
  }
  return poor;
}`;
