/** jsdom lays nothing out and measures no text, but @grafana/ui draws of a list only what has room. Call it before rendering. */
export function giveElementsRoom() {
  const replace = (prototype: object, property: string, value: unknown) =>
    Object.defineProperty(prototype, property, { configurable: true, value });

  const box = { width: 400, height: 400, top: 0, left: 0, bottom: 0, right: 0, x: 0, y: 0 };
  replace(Element.prototype, 'getBoundingClientRect', () => box);
  for (const size of ['clientWidth', 'clientHeight', 'offsetWidth', 'offsetHeight']) {
    replace(HTMLElement.prototype, size, 400);
  }
  replace(HTMLCanvasElement.prototype, 'getContext', () => ({
    measureText: (text: string) => ({ width: 8 * text.length }),
  }));
  replace(globalThis, 'IntersectionObserver', Observer);
  replace(globalThis, 'ResizeObserver', Observer);
}

/** Watches, and never has anything to say: nothing moves here. */
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
