import type { Page } from "playwright-core";

/**
 * Texts in sight whose contrast to what is behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3 AA), with the ratio.
 * Colours are read from a canvas, which knows every way to write one.
 */
export function faintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    const rgba = (color: string): readonly number[] => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].map((part, index) => (index === 3 ? part / 255 : part));
    };
    const over = (top: readonly number[], below: readonly number[]): readonly number[] => {
      const alpha = top[3] ?? 1;
      return [0, 1, 2].map((part) => (top[part] ?? 0) * alpha + (below[part] ?? 0) * (1 - alpha)).concat(1);
    };
    const luminance = (color: readonly number[]): number => {
      const [red = 0, green = 0, blue = 0] = color.map((part) =>
        part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element | null): readonly number[] => {
      const layers: (readonly number[])[] = [];
      for (let at = element; at !== null; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
      return layers.toReversed().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
    };
    const faint = new Map<string, string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent?.trim() ?? "";
      if (element === null || text === "" || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const ground = behind(element);
      let opacity = 1;
      for (let at: Element | null = element; at !== null; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
      const [red = 0, green = 0, blue = 0, alpha = 1] = rgba(style.color);
      const ink = over([red, green, blue, alpha * opacity], ground);
      const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a) as [number, number];
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5)
        faint.set(
          element.className || element.tagName,
          `${element.className || element.tagName} "${text.slice(0, 30)}" ${ratio.toFixed(2)}`,
        );
    }
    return [...faint.values()];
  });
}
